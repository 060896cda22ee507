import { VERSION, createLogger, createMetrics } from '@otklik/shared';
import { type RunningWorker, loadWorkerConfig, startWorker } from '@otklik/worker';
import { withNoopParse } from './noop-parse.ts';

type Options = {
  readonly database: string;
  readonly redis: string;
  /** Of the queue's keys. Default `otklik`. */
  readonly prefix?: string;
  /** Told of each job that begins. */
  readonly began: (jobId: string) => void;
};

/** At once, per type; everything else is as it comes. */
const CONCURRENCY = 50;

/** A worker process as `npm run worker` starts it, with its log and its metrics, but for the one processor. */
export const startNoopWorker = ({ database, redis, prefix, began }: Options): Promise<RunningWorker> => {
  const config = loadWorkerConfig({
    DATABASE_URL: database,
    QUEUE_URL: redis,
    QUEUE_PREFIX: prefix,
    WORKER_CONCURRENCY: String(CONCURRENCY),
    // Never used: nobody asks VK.
    VK_TOKEN: 'none',
  });
  const logger = createLogger({ level: config.logLevel, service: 'worker' });
  const metrics = createMetrics({ service: 'worker', version: VERSION, logger });
  return startWorker(config, { logger, metrics, processors: withNoopParse(began) });
};
