import type { RunInThread, ThreadAnswer, ThreadTask } from '@otklik/core';
import { type Clock, InternalError, type Logger, MustWait, ThreadError } from '@otklik/shared';
import type { Piscina } from 'piscina';
import type { ThreadMetrics } from './thread-metrics.ts';

export type TaskPool<I, O> = Piscina<ThreadTask<I>, ThreadAnswer<O>>;

type Deps<I, O> = {
  readonly pool: TaskPool<I, O>;
  /** Aborts when the pool is closed. */
  readonly closing: AbortSignal;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: ThreadMetrics;
};

/** What a task gets to stop by itself once nobody wants its answer: less than any attempt gets after its signal. */
const GRACE_MS = 500;

/** Until it is worth another try once a thread could not be used. */
const UNUSABLE_MS = 5_000;

/** One task in a thread of the pool, from its beginning to its answer, its own end, or the end of its thread. */
export const makeRunTask = <I, O>({ pool, closing, clock, logger, metrics }: Deps<I, O>): RunInThread<I, O> => {
  const running = new Set<AbortController>();
  // No task broke: the program does not load, or a thread died between two tasks. Piscina would let what waits for it wait for
  // ever, and does not say what that is: all begin again, at no cost for their jobs.
  pool.on('error', (thrown: unknown) => {
    logger.error('a thread could not be used', factsOf(thrown));
    for (const end of running) end.abort(new MustWait('No thread could be used.', { kind: 'capacity', waitMs: UNUSABLE_MS }));
  });

  const terminate = (end: AbortController): void => {
    metrics.terminated('ignored');
    logger.warn('a thread was ended, its work ignored its signal');
    end.abort();
  };
  const died = makeDied({ logger, metrics });

  return async (input, signal) => {
    signal.throwIfAborted();
    const stop = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
    const end = new AbortController();
    let cancel = (): void => undefined;
    const onAbort = (): void => {
      Atomics.store(stop, 0, 1);
      cancel = clock.after(GRACE_MS, () => terminate(end));
    };
    signal.addEventListener('abort', onAbort, { once: true });
    running.add(end);
    const startedAt = clock.now();
    try {
      const answer = await pool.run({ input, stop }, { signal: end.signal }).catch((thrown: unknown) => {
        signal.throwIfAborted();
        closing.throwIfAborted();
        if (end.signal.reason instanceof MustWait) throw end.signal.reason;
        throw died(thrown);
      });
      signal.throwIfAborted();
      if ('output' in answer) return answer.output;
      throw new InternalError('The work of a thread failed.', { context: answer.failed });
    } finally {
      metrics.ended((clock.now() - startedAt) / 1_000);
      running.delete(end);
      signal.removeEventListener('abort', onAbort);
      cancel();
    }
  };
};

/** What a job is told whose thread died. */
const makeDied =
  ({ logger, metrics }: { readonly logger: Logger; readonly metrics: ThreadMetrics }) =>
  (thrown: unknown): ThreadError => {
    const context = factsOf(thrown);
    const isMemory = context.code === 'ERR_WORKER_OUT_OF_MEMORY';
    metrics.terminated(isMemory ? 'memory' : 'died');
    logger.warn('a thread died', context);
    return isMemory
      ? new ThreadError('THREAD_MEMORY', 'The work needed more memory than a thread may have.', { context })
      : new ThreadError('THREAD', 'The thread of the work ended.', { context });
  };

type Facts = { readonly name: unknown; readonly code?: unknown };

/** Not its message, which may quote what it was working on. Errors of threads may be of another realm's class. */
const factsOf = (thrown: unknown): Facts => {
  if (typeof thrown !== 'object' || thrown === null || !('name' in thrown)) return { name: typeof thrown };
  return { name: thrown.name, ...('code' in thrown && { code: thrown.code }) };
};
