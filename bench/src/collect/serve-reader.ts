import { parseArgs } from 'node:util';
import { runApp } from '@otklik/shared';
import { z } from 'zod';

/** What a reader has got: counted by it, so that nobody pays for a database but us. */
export type Tally = { readonly ids: Set<number>; requests: number };

/** Somebody who reads the comments of a wall from VK and keeps nothing. */
export type Reader = (site: {
  /** Callers append `/method/…`. */
  readonly url: string;
  readonly token: string;
  readonly ownerId: number;
  /** The time is over. */
  readonly signal: AbortSignal;
  readonly tally: Tally;
}) => Promise<void>;

/** What a reader tells in the end. */
export const ReadOutcome = z.object({ comments: z.int(), requests: z.int(), ms: z.number() });
export type ReadOutcome = z.output<typeof ReadOutcome>;

/** `--url URL --token TOKEN --owner ID --seconds N`: reads until the time is over or the wall is, and tells what it got on stderr. */
export const serveReader = (read: Reader): Promise<void> =>
  runApp({
    main: async () => {
      const text = { type: 'string', default: '' } as const;
      const { values } = parseArgs({ options: { url: text, token: text, owner: text, seconds: text } });
      const tally: Tally = { ids: new Set(), requests: 0 };
      const signal = AbortSignal.timeout(Number(values.seconds) * 1_000);
      const startedAt = performance.now();
      try {
        await read({ url: values.url, token: values.token, ownerId: Number(values.owner), signal, tally });
      } catch (thrown) {
        if (!signal.aborted) throw thrown;
      }
      const outcome: ReadOutcome = { comments: tally.ids.size, requests: tally.requests, ms: performance.now() - startedAt };
      process.stderr.write(`${JSON.stringify(outcome)}\n`);
    },
  });
