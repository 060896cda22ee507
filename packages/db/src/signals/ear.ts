import { type Clock, type Logger, systemClock } from '@otklik/shared';
import type pg from 'pg';
import { toDatabaseError } from '../database-errors.ts';
import { createDirectClient } from '../direct-client.ts';
import { CHANNEL } from './signal.ts';

/** Times of the connection that listens. Tests shorten them. */
export type EarTiming = {
  /** Between two looks whether it is alive. */
  readonly probeMs: number;
  /** A server that takes longer to answer is taken for gone. */
  readonly answerMs: number;
  /** Before the first try after a loss; doubled with each one that fails. */
  readonly retryMs: number;
  readonly maxRetryMs: number;
  /** What a clean end may take. */
  readonly goodbyeMs: number;
};

const defaultTiming: EarTiming = { probeMs: 1_000, answerMs: 2_000, retryMs: 100, maxRetryMs: 2_000, goodbyeMs: 500 };

type Deps = {
  /** Past poolers in transaction mode: they hand the session that listens to somebody else. */
  readonly url: string;
  /** Shown in `pg_stat_activity`. */
  readonly name: string;
  readonly onPayload: (payload: string) => void;
  /** From now on it hears; what was said before may have been missed. */
  readonly onHearing: () => void;
  readonly logger: Logger;
  readonly clock?: Clock;
  readonly timing?: Partial<EarTiming>;
};

/** One connection that listens, again and again when it is lost. */
export type Ear = {
  /** Nothing connects before. */
  start(): void;
  isHearing(): boolean;
  /** Ends within `goodbyeMs`, whatever the server does. */
  close(): Promise<void>;
};

/** A half-open connection says nothing for ever, so it is asked every `probeMs`, and cut when no answer comes in `answerMs`. */
export const createEar = ({ logger, clock = systemClock, timing: given, ...deps }: Deps): Ear => {
  const timing = { ...defaultTiming, ...given };
  const closing = new AbortController();
  let isHearing = false;
  let failures = 0;
  let running: Promise<void> | undefined;

  const onHearing = (): void => {
    if (failures > 0) logger.info('signals are heard again', { connection: deps.name });
    failures = 0;
    isHearing = true;
    deps.onHearing();
  };
  const run = async (): Promise<void> => {
    while (!closing.signal.aborted) {
      await listen({ ...deps, onHearing, clock, timing, closing: closing.signal }).catch((thrown: unknown) => {
        if (closing.signal.aborted) return;
        if (failures === 0) logger.warn('signals are not heard, listening anew', { connection: deps.name, error: toDatabaseError(thrown) });
        failures += 1;
      });
      isHearing = false;
      await clock.sleep(retryMs(failures, timing), closing.signal).catch(() => undefined);
    }
  };

  return {
    start: () => {
      running ??= run();
    },
    isHearing: () => isHearing,
    close: async () => {
      closing.abort();
      await running;
    },
  };
};

/** With jitter: a server that comes back is not asked by everybody at the same moment. */
const retryMs = (failures: number, { retryMs: first, maxRetryMs }: EarTiming): number =>
  Math.min(maxRetryMs, first * 2 ** Math.max(0, failures - 1)) * (0.5 + Math.random() / 2);

type Listening = Omit<Deps, 'logger' | 'timing'> & { readonly clock: Clock; readonly timing: EarTiming; readonly closing: AbortSignal };

/** One connection from its opening to its loss. Throws what ended it. */
const listen = async ({ url, name, onPayload, onHearing, clock, timing, closing }: Listening): Promise<never> => {
  const { client, cut, leave } = createDirectClient({ url, name, answerMs: timing.answerMs });
  const ended = new AbortController();
  client.on('error', (thrown) => ended.abort(thrown));
  client.on('end', () => ended.abort(new Error('The connection ended.')));
  client.on('notification', ({ payload }) => onPayload(payload ?? ''));
  let farewell: Promise<void> | undefined;
  const onClosing = (): void => {
    farewell = leave(timing.goodbyeMs);
  };
  closing.addEventListener('abort', onClosing, { once: true });
  const either = AbortSignal.any([ended.signal, closing]);
  // A client that is ended while it connects never answers.
  const untilEither = rejectWhenAborted(either);
  try {
    await Promise.race([client.connect(), untilEither]);
    await client.query(`LISTEN ${CHANNEL}`);
    onHearing();
    for (;;) {
      await clock.sleep(timing.probeMs, either);
      await probe(client);
    }
  } finally {
    closing.removeEventListener('abort', onClosing);
    await farewell;
    cut();
  }
};

const rejectWhenAborted = (signal: AbortSignal): Promise<never> => {
  const rejection = new Promise<never>((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
  rejection.catch(() => undefined);
  return rejection;
};

/** Answered by the session that listens; another one stands there when a pooler is in between. */
const PROBE = `SELECT FROM pg_listening_channels() AS channel WHERE channel = '${CHANNEL}'`;

const probe = async (client: pg.Client): Promise<void> => {
  const { rowCount } = await client.query(PROBE);
  if (rowCount === 0) throw new Error('The session does not listen any more: is there a pooler in transaction mode in between?');
};
