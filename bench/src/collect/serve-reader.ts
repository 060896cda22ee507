import { parseArgs } from 'node:util';
import { runApp } from '@otklik/shared';

/** Somebody who reads the comments of a wall from VK and keeps nothing but their ids. */
export type Reader = (site: {
  /** Callers append `/method/…`. */
  readonly url: string;
  readonly token: string;
  readonly ownerId: number;
  /** The time is over. */
  readonly signal: AbortSignal;
  /** Every comment that it got. */
  readonly ids: Set<number>;
}) => Promise<void>;

/** `--url URL --token TOKEN --owner=ID --seconds N`: reads until the time or the wall is over, and tells what it got on stderr. */
export const serveReader = (read: Reader): Promise<void> =>
  runApp({
    main: async () => {
      const text = { type: 'string', default: '' } as const;
      const { values } = parseArgs({ options: { url: text, token: text, owner: text, seconds: text } });
      const ids = new Set<number>();
      const signal = AbortSignal.timeout(Number(values.seconds) * 1_000);
      const startedAt = performance.now();
      try {
        await read({ url: values.url, token: values.token, ownerId: Number(values.owner), signal, ids });
      } catch (thrown) {
        if (!signal.aborted) throw thrown;
      }
      process.stderr.write(`${JSON.stringify({ comments: ids.size, ms: performance.now() - startedAt })}\n`);
    },
  });
