import type { JobLogStore, NewLogLine } from '@otklik/contracts';
import { type Clock, DatabaseError, type Logger, type Metrics, asideFrom, noMetrics, withDeadline } from '@otklik/shared';
import { createBackgroundLoop } from './background-loop.ts';

/**
 * `kept`: also what was there already, or gave way to a later line in its place. `capped`: beyond the limit of the job.
 * `lost`: the store was away for too long.
 */
const results = ['kept', 'capped', 'lost'] as const;

/** How lines travel. Tests change it; operators have no reason to. */
export type LogBufferLimits = {
  /** How long a line waits for others at most. */
  readonly everyMs: number;
  /** Lines in one statement; as many are sent at once. */
  readonly maxTogether: number;
  /** Lines that wait in memory, and their size in characters. */
  readonly maxLines: number;
  readonly maxSize: number;
  /** What the last lines get when the process stops. */
  readonly closeMs: number;
};

export const defaultLogBufferLimits: LogBufferLimits = {
  everyMs: 200,
  maxTogether: 1_000,
  maxLines: 20_000,
  maxSize: 16 * 1_024 * 1_024,
  closeMs: 2_000,
};

type Deps = {
  readonly store: Pick<JobLogStore, 'append'>;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Default: nothing is counted. */
  readonly metrics?: Metrics;
  readonly limits?: LogBufferLimits;
};

/** Lines on their way into the database. */
export type LogBuffer = {
  /** Takes the line and returns at once. When there is no room it is counted and gone. */
  add(line: NewLogLine): void;
  /** Counts a line that its attempt did not want to send. */
  cap(): void;
  start(): void;
  /** Sends what is left, within its time. Never rejects. */
  stop(): Promise<void>;
};

/**
 * Sends lines in batches beside the work. A store that is away is asked again with the same lines; what comes when the
 * buffer is full by then is lost: no attempt waits for its log, and none fails by it.
 */
export const createLogBuffer = ({ store, clock, logger, metrics = noMetrics, limits = defaultLogBufferLimits }: Deps): LogBuffer => {
  const counter = metrics.counter({
    name: 'otklik_job_log_lines_total',
    help: 'Lines that attempts said for the log of their job, by what became of them.',
    labels: ['result'],
  });
  for (const result of results) counter.inc({ result }, 0);
  const count = (result: (typeof results)[number], by = 1): void => counter.inc({ result }, by);
  let waiting: NewLogLine[] = [];
  let size = 0;

  const send = async (): Promise<boolean> => {
    const batch = waiting.slice(0, limits.maxTogether);
    if (batch.length === 0) return false;
    const kept = await appendTo(store, batch);
    waiting = waiting.slice(batch.length);
    size -= batch.reduce((sum, line) => sum + sizeOf(line), 0);
    if (kept === null) count('lost', batch.length);
    else {
      count('kept', kept);
      count('capped', batch.length - kept);
    }
    return waiting.length >= limits.maxTogether;
  };
  const loop = createBackgroundLoop({ name: 'job log', round: send, intervalMs: limits.everyMs, clock, logger: asideFrom(logger) });
  const sendAll = async (): Promise<void> => {
    while (waiting.length > 0) await send();
  };

  return {
    add: (line) => {
      if (waiting.length >= limits.maxLines || size + sizeOf(line) > limits.maxSize) return count('lost');
      waiting.push(line);
      size += sizeOf(line);
      if (waiting.length === limits.maxTogether) loop.nudge();
    },
    cap: () => count('capped'),
    start: loop.start,
    stop: async () => {
      await withDeadline(loop.stop().then(sendAll), limits.closeMs).catch(() => count('lost', waiting.length));
    },
  };
};

const sizeOf = ({ message, fields }: NewLogLine): number => message.length + (fields?.length ?? 0);

/** null: the database will never take them. */
const appendTo = async (store: Deps['store'], batch: readonly NewLogLine[]): Promise<number | null> => {
  try {
    return await store.append(batch);
  } catch (thrown) {
    if (thrown instanceof DatabaseError && thrown.retryable) throw thrown;
    return null;
  }
};
