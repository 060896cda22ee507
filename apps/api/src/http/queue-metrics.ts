import type { QueueDepth } from '@otklik/contracts';
import type { Metrics } from '@otklik/shared';

type Deps = { readonly metrics: Metrics; readonly queueDepths: () => Promise<readonly QueueDepth[]> };

/**
 * What waits and what runs, asked for at each scrape. Every process that tells them tells the same: take the maximum
 * over processes, not the sum.
 */
export const tellQueueDepths = ({ metrics, queueDepths }: Deps): void => {
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
    for (const { type, priority, waiting, running, oldestSeconds } of await queueDepths()) {
      jobs.set({ type, priority, state: 'waiting' }, waiting);
      jobs.set({ type, priority, state: 'running' }, running);
      oldest.set({ type, priority }, oldestSeconds ?? 0);
    }
  });
};
