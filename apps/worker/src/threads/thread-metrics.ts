import type { Metrics } from '@otklik/shared';
import type { Seats } from './seats.ts';

/** Why a thread ended before its task did. */
const terminations = ['ignored', 'memory', 'died'] as const;
export type Termination = (typeof terminations)[number];

export type ThreadMetrics = { ended(seconds: number): void; terminated(why: Termination): void };

/** A part of a page in a few milliseconds, up to a text that nothing was made for. */
const TASK_BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10];

type Deps = { readonly metrics: Metrics; readonly seats: Pick<Seats, 'taken' | 'waiting'> };

export const createThreadMetrics = ({ metrics, seats }: Deps): ThreadMetrics => {
  const active = metrics.gauge({ name: 'otklik_worker_threads_active', help: 'Threads that work.' });
  const queued = metrics.gauge({ name: 'otklik_worker_threads_queued', help: 'Tasks that wait for a thread.' });
  const duration = metrics.histogram({
    name: 'otklik_worker_thread_task_duration_seconds',
    help: 'How long tasks took in a thread, from the moment they had one.',
    buckets: TASK_BUCKETS,
  });
  const terminated = metrics.counter({
    name: 'otklik_worker_threads_terminated_total',
    help: 'Threads that ended before their task: ignored, it did not stop when it was told to; memory, it wanted more than it may have; died.',
    labels: ['reason'],
  });
  duration.zero({});
  for (const reason of terminations) terminated.inc({ reason }, 0);
  metrics.onScrape('threads', () => {
    active.set({}, seats.taken());
    queued.set({}, seats.waiting());
  });
  return {
    ended: (seconds) => duration.observe({}, seconds),
    terminated: (reason) => terminated.inc({ reason }),
  };
};
