import { type QueueDepth, type QueuePauses, type WorkerRegistry, jobTypes, workerStates } from '@otklik/contracts';
import type { Gauge, Metrics } from '@otklik/shared';

type Deps = {
  readonly metrics: Metrics;
  readonly queueDepths: () => Promise<readonly QueueDepth[]>;
  readonly pauses: Pick<QueuePauses, 'list'>;
  readonly workers: Pick<WorkerRegistry, 'list'>;
};

/**
 * What waits, what runs and what is held, asked for at each scrape. Every process that tells them tells the same: take
 * the maximum over processes, not the sum.
 */
export const tellQueues = (deps: Deps): void => {
  tellDepths(deps);
  tellPauses(deps);
  tellWorkers(deps);
};

const tellDepths = ({ metrics, queueDepths }: Deps): void => {
  const jobs = metrics.gauge({
    name: 'otklik_queue_jobs',
    help: 'Jobs that are due and wait for a worker, and those that run.',
    labels: ['type', 'priority', 'state'],
  });
  const oldest = metrics.gauge({
    name: 'otklik_queue_oldest_waiting_seconds',
    help: 'How long the oldest waiting job has been due; 0 when none waits.',
    labels: ['type', 'priority'],
  });
  metrics.onScrape('queue depths', async () => {
    for (const { type, priority, waiting, running, oldestSeconds } of await askAnew([jobs, oldest], queueDepths)) {
      jobs.set({ type, priority, state: 'waiting' }, waiting);
      jobs.set({ type, priority, state: 'running' }, running);
      oldest.set({ type, priority }, oldestSeconds ?? 0);
    }
  });
};

const tellPauses = ({ metrics, pauses }: Deps): void => {
  const paused = metrics.gauge({ name: 'otklik_queue_paused', help: '1 while an operator holds the queue.', labels: ['type'] });
  metrics.onScrape('queue pauses', async () => {
    const held = new Set((await askAnew([paused], pauses.list)).map(({ type }) => type));
    for (const type of jobTypes) paused.set({ type }, held.has(type) ? 1 : 0);
  });
};

const tellWorkers = ({ metrics, workers }: Deps): void => {
  const seen = metrics.gauge({
    name: 'otklik_workers_seen',
    help: 'Worker processes by what they last reported; the silent ones are forgotten after an hour.',
    labels: ['state'],
  });
  metrics.onScrape('workers', async () => {
    const listed = await askAnew([seen], workers.list);
    for (const state of workerStates) seen.set({ state }, listed.filter((worker) => worker.state === state).length);
  });
};

/**
 * With the database away nothing is told: what was true a while ago would hide that nobody knows. Forgotten is not before
 * the answer, or another scrape at the same time would find nothing.
 */
const askAnew = async <T>(gauges: readonly Pick<Gauge<never>, 'reset'>[], ask: () => Promise<T>): Promise<T> => {
  try {
    return await ask();
  } finally {
    for (const gauge of gauges) gauge.reset();
  }
};
