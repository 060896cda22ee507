import { randomUUID } from 'node:crypto';
import type { DispatchItem, JobType } from '@otklik/contracts';
import { createLogger, type Logger } from '@otklik/shared';
import { createProducer, createQueueEngine, type Handle, type QueueTiming, startWorkers, type Workers } from '../index.ts';

/** Short enough for tests, in the proportions of the real ones. */
export const quickTiming: Partial<QueueTiming> = {
  lockDurationMs: 1_000,
  stalledIntervalMs: 500,
  drainDelayMs: 1_000,
  retryDelayMs: 200,
  abortGraceMs: 500,
};

/** One process of the product, as far as the queue goes. */
export const openProcess = (
  url: string,
  options: { readonly timing?: Partial<QueueTiming>; readonly poolMax?: number; readonly prefix?: string } = {},
) => {
  const lines: string[] = [];
  const logger: Logger = createLogger({ level: 'debug', service: 'test', write: (line) => lines.push(line) });
  const engine = createQueueEngine({ queueUrl: url, logger, ...options, timing: { ...quickTiming, ...options.timing } });
  const producer = createProducer({ engine });
  const started: Workers[] = [];

  return {
    engine,
    producer,
    /** The log so far. */
    lines,
    start: (handle: Handle, more: { readonly types?: readonly JobType[]; readonly concurrency?: number } = {}): Workers => {
      const types = more.types ?? ['parse'];
      const concurrency = Object.fromEntries(types.map((type) => [type, more.concurrency ?? 10]));
      const workers = startWorkers({ engine, types, concurrency, handle, logger });
      started.push(workers);
      return workers;
    },
    close: async (): Promise<void> => {
      await Promise.all(started.map((workers) => workers.close({ graceMs: 0 })));
      await producer.close();
      await engine.close();
    },
  };
};

export type ProcessUnderTest = ReturnType<typeof openProcess>;

/** A queued row as the dispatcher would hand it over. */
export const item = (more: Partial<DispatchItem> = {}): DispatchItem => ({
  jobId: randomUUID(),
  generation: 1,
  type: 'parse',
  priority: 'normal',
  ...more,
});

export const items = (count: number, more: Partial<DispatchItem> = {}): DispatchItem[] => Array.from({ length: count }, () => item(more));

/** Waits until the check holds; throws with the last value when it doesn't in time. */
export const until = async <T>(read: () => T | Promise<T>, holds: (value: T) => boolean, timeoutMs = 15_000): Promise<T> => {
  const giveUpAt = Date.now() + timeoutMs;
  for (;;) {
    const value = await read();
    if (holds(value)) return value;
    if (Date.now() > giveUpAt) throw new Error(`still ${JSON.stringify(value)} after ${timeoutMs} ms`);
    await new Promise((wake) => setTimeout(wake, 20));
  }
};

/** A promise with its handles outside. */
export const gate = () => Promise.withResolvers<void>();
