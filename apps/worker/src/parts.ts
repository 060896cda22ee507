import type { AttemptTiming, BackoffPolicy, Failpoint, Processors, RepairTiming } from '@otklik/core';
import type { Database, LeadershipTiming } from '@otklik/db';
import type { QueueEngine, QueueTiming } from '@otklik/queue';
import type { GiveUp, Logger, Metrics, Pacing, Scope } from '@otklik/shared';
import type { WorkerConfig } from './config.ts';

/** What tests and the standalone command may change; production leaves it alone. */
export type WorkerOptions = {
  readonly logger: Logger;
  /** Default: nothing is counted. */
  readonly metrics?: Metrics;
  /** That of another part of the same process, which closes it: with one token they must share it. Default: one of its own. */
  readonly pacing?: Pacing;
  readonly attemptTiming?: AttemptTiming;
  readonly repairTiming?: RepairTiming;
  readonly queueTiming?: Partial<QueueTiming>;
  readonly backoff?: BackoffPolicy;
  readonly failpoint?: Failpoint;
  readonly reconcileEveryMs?: number;
  readonly leadTiming?: LeadershipTiming;
  readonly retainEveryMs?: number;
  /** Replaces processors, to see what the process does about work that misbehaves. */
  readonly processors?: (ours: Processors) => Processors;
  /** Called by a part that can't go on and can't be mended from within. Default: nobody hears of it but the log. */
  readonly giveUp?: GiveUp;
};

/** What every part of a worker process is built from. */
export type Parts = {
  readonly config: WorkerConfig;
  readonly options: WorkerOptions;
  /** Closes what the parts opened. */
  readonly scope: Scope;
  readonly db: Database;
  readonly engine: QueueEngine;
};
