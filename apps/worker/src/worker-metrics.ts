import type { Workers } from '@otklik/queue';
import { type JobType, jobTypes } from '@otklik/contracts';
import type { Metrics } from '@otklik/shared';

type Deps = { readonly metrics: Metrics; readonly workers: Pick<Workers, 'status'>; readonly isDraining: () => boolean };

/** What this worker is doing, told at each scrape. */
export const tellWork = ({ metrics, workers, isDraining }: Deps): void => {
  const active = metrics.gauge({ name: 'otklik_worker_active', help: 'Deliveries that are being worked on.', labels: ['type'] });
  const open = metrics.gauge({ name: 'otklik_worker_open', help: '1 while connected to the queue and taking.', labels: ['type'] });
  const hands = metrics.gauge({ name: 'otklik_worker_concurrency', help: 'Deliveries that may be worked on at once.', labels: ['type'] });
  const consumed = metrics.gauge({
    name: 'otklik_worker_last_consumed_timestamp_seconds',
    help: 'When a delivery last began or ended here; absent before the first.',
    labels: ['type'],
  });
  const draining = metrics.gauge({ name: 'otklik_worker_draining', help: '1 once the worker takes nothing new.' });
  metrics.onScrape('worker', () => {
    for (const { type, isOpen, active: count, concurrency, lastConsumedAt } of workers.status()) {
      active.set({ type }, count);
      open.set({ type }, isOpen ? 1 : 0);
      hands.set({ type }, concurrency);
      if (lastConsumedAt !== null) consumed.set({ type }, lastConsumedAt / 1_000);
    }
    draining.set({}, isDraining() ? 1 : 0);
  });
};

/** Counts workers that took nothing for long, although they could have. */
export const countRecreated = (metrics: Metrics): ((type: JobType) => void) => {
  const counter = metrics.counter({
    name: 'otklik_worker_recreated_total',
    help: 'Workers that took nothing although jobs waited, and were opened anew.',
    labels: ['type'],
  });
  for (const type of jobTypes) counter.inc({ type }, 0);
  return (type) => counter.inc({ type });
};

type LeadDeps = { readonly metrics: Metrics; readonly leadership: { isLeader(): boolean } };

/** Whether this process is the one that repairs. */
export const tellLead = ({ metrics, leadership }: LeadDeps): void => {
  const leader = metrics.gauge({ name: 'otklik_reconciler_leader', help: '1 in the process that repairs; 0 in all others.' });
  metrics.onScrape('lead of repairs', () => leader.set({}, leadership.isLeader() ? 1 : 0));
};
