import type { Dashboard, Lines, Row } from './panel.ts';

type Timed = Pick<Lines, 'title' | 'description'> & { readonly metric: string; readonly alerts?: readonly string[] };

/** Half and 95 % of the observations of a histogram, by type. */
const quantiles = ({ metric, ...frame }: Timed): Lines => ({
  kind: 'timeseries',
  width: 8,
  unit: 's',
  queries: [0.5, 0.95].map((part) => ({
    expr: `histogram_quantile(${part}, sum by (type, le) (rate(${metric}_bucket{type=~"$type"}[5m])))`,
    legend: `{{type}} p${part * 100}`,
  })),
  ...frame,
});

const standing: Row = {
  title: 'What waits, and for how long',
  panels: [
    {
      kind: 'timeseries',
      title: 'Waiting, by priority',
      description: 'Due jobs without a worker; counted up to 100,000. The same from every process, so this is the maximum, not a sum.',
      width: 8,
      unit: 'short',
      stacked: true,
      queries: [{ expr: 'type_priority:otklik_queue_waiting:max{type=~"$type"} > 0', legend: '{{type}} {{priority}}' }],
    },
    {
      kind: 'timeseries',
      title: 'Oldest waiting, by priority',
      description: 'A straight line upwards: none of that priority has been started since.',
      width: 8,
      unit: 's',
      queries: [{ expr: 'type_priority:otklik_queue_oldest_waiting_seconds:max{type=~"$type"} > 0', legend: '{{type}} {{priority}}' }],
      alerts: ['OtklikOldestWaitingTooOld'],
    },
    {
      kind: 'timeseries',
      title: 'Running',
      description: 'Attempts in progress. A ceiling means that all workers are busy: add some if jobs wait.',
      width: 8,
      unit: 'short',
      queries: [{ expr: 'type:otklik_queue_running:sum{type=~"$type"}', legend: '{{type}}' }],
      alerts: ['OtklikNoConsumption'],
    },
  ],
};

const pace: Row = {
  title: 'How quickly it goes',
  panels: [
    quantiles({
      title: 'From row to queue',
      description: 'Due job to delivery. Below a second, unless the queue holds its 2,000 jobs of the type and the rest is held back.',
      metric: 'otklik_job_dispatch_lag_seconds',
      alerts: ['OtklikDispatchLag'],
    }),
    quantiles({
      title: 'From due to started',
      description: 'What a caller waits before work on the job begins.',
      metric: 'otklik_job_start_latency_seconds',
    }),
    quantiles({
      title: 'An attempt takes',
      description: 'Long jobs step back after a minute to let others pass, so this stays small for them.',
      metric: 'otklik_job_run_duration_seconds',
    }),
    {
      kind: 'timeseries',
      title: 'Into the queue',
      description: 'Deliveries by the dispatchers of all processes.',
      width: 8,
      unit: 'ops',
      queries: [{ expr: 'sum by (type) (rate(otklik_jobs_dispatched_total{type=~"$type"}[5m]))', legend: '{{type}}' }],
    },
    {
      kind: 'timeseries',
      title: 'Begun',
      description: 'Attempts that were started.',
      width: 8,
      unit: 'ops',
      queries: [{ expr: 'type:otklik_job_starts:rate5m{type=~"$type"}', legend: '{{type}}' }],
    },
    {
      kind: 'timeseries',
      title: 'Attempts, by how they ended',
      description: 'waited and yielded are no failures: the job goes on later. lost: the lease went to another worker.',
      width: 8,
      unit: 'ops',
      stacked: true,
      queries: [{ expr: 'sum by (end) (rate(otklik_job_attempts_total{type=~"$type"}[5m])) > 0', legend: '{{end}}' }],
      alerts: ['OtklikAttemptsFailing'],
    },
  ],
};

const trouble: Row = {
  title: 'What goes wrong',
  panels: [
    {
      kind: 'timeseries',
      title: 'Ended badly, per hour',
      description: 'Jobs that failed or timed out: the dead letters. GET /v1/jobs?state=failed has the reasons.',
      width: 8,
      unit: 'short',
      queries: [
        {
          expr: 'sum by (type, state) (increase(otklik_jobs_finished_total{type=~"$type", state=~"failed|timed_out"}[1h]))',
          legend: '{{type}} {{state}}',
        },
        { expr: 'sum by (type) (increase(otklik_jobs_poisoned_total{type=~"$type"}[1h]))', legend: '{{type}} poisoned' },
      ],
      alerts: ['OtklikDeadLetters', 'OtklikFailureRatio', 'OtklikPoisonedJobs', 'OtklikWorkAbandoned'],
    },
    {
      kind: 'timeseries',
      title: 'Waits, by kind',
      description: 'Attempts that stepped back. pace: the limit of VK. token: VK refuses ours. capacity: the database. turn is normal.',
      width: 8,
      unit: 'ops',
      stacked: true,
      queries: [{ expr: 'sum by (kind) (rate(otklik_job_waits_total{type=~"$type"}[5m])) > 0', legend: '{{kind}}' }],
    },
    {
      kind: 'timeseries',
      title: 'Repairs, per 15 minutes',
      description:
        'Jobs that had lost their mover. lostWorkers: workers died. epochRequeued, absentRequeued: Redis lost jobs. tokenWaits: VK tokens were changed.',
      width: 8,
      unit: 'short',
      queries: [{ expr: 'sum by (kind) (increase(otklik_reconciler_repairs_total[15m])) > 0', legend: '{{kind}}' }],
      alerts: ['OtklikWorkersLost', 'OtklikQueueLostJobs'],
    },
  ],
};

const workers: Row = {
  title: 'The workers',
  panels: [
    {
      kind: 'timeseries',
      title: 'Workers connected, by type',
      description: 'Worker processes that take jobs of the type. None: jobs of that type wait.',
      width: 8,
      unit: 'short',
      queries: [{ expr: 'sum by (type) (otklik_worker_open{type=~"$type"})', legend: '{{type}}' }],
      alerts: ['OtklikWorkerNotTaking', 'OtklikWorkerDeaf'],
    },
    {
      kind: 'timeseries',
      title: 'Busy, by worker',
      description: 'Deliveries in work. One worker at zero beside busy ones is stuck or drains.',
      width: 8,
      unit: 'short',
      queries: [{ expr: 'sum by (instance) (otklik_worker_active{type=~"$type"})', legend: '{{instance}}' }],
      alerts: ['OtklikDrainStuck'],
    },
    {
      kind: 'timeseries',
      title: 'Workers, by what they say',
      description: 'silent: not heard of any more without having said good-bye. draining: on their way out.',
      width: 8,
      unit: 'short',
      stacked: true,
      queries: [{ expr: 'max by (state) (otklik_workers_seen)', legend: '{{state}}' }],
      alerts: ['OtklikWorkersSilent'],
    },
    {
      kind: 'stat',
      title: 'Queues held',
      description: 'Queues that somebody paused: their jobs are accepted and wait until they are resumed.',
      width: 8,
      unit: 'short',
      queries: [{ expr: 'max by (type) (otklik_queue_paused{type=~"$type"})', legend: '{{type}}' }],
      words: { '0': { text: 'open', color: 'green' }, '1': { text: 'paused', color: 'orange' } },
      alerts: ['OtklikQueuePaused'],
    },
    {
      kind: 'stat',
      title: 'Last delivery, by type',
      description: 'When a worker last took or ended something. Old is fine where nothing waits.',
      width: 8,
      unit: 's',
      queries: [{ expr: 'time() - max by (type) (otklik_worker_last_consumed_timestamp_seconds{type=~"$type"})', legend: '{{type}}' }],
    },
    {
      kind: 'stat',
      title: 'Last repairs',
      description: 'Age of the last round of the reconciler; it comes every 5 seconds.',
      width: 8,
      unit: 's',
      queries: [{ expr: 'time() - max(otklik_reconciler_last_round_timestamp_seconds)', legend: 'age' }],
      thresholds: [{ from: 120, color: 'red' }],
      alerts: ['OtklikReconcilerNotRunning', 'OtklikNoLeader'],
    },
  ],
};

export const queues: Dashboard = {
  name: 'queues',
  title: 'Otklik / Queues',
  description: 'Where jobs stand, how quickly they go, and what goes wrong with them.',
  variables: ['type'],
  rows: [standing, pace, trouble, workers],
};
