import type { Row } from './panel.ts';

/** How the processes themselves fare, whatever they do. */
export const processes: Row = {
  title: 'Processes',
  panels: [
    {
      kind: 'timeseries',
      title: 'Event loop, late by',
      description: '99 % of the turns are quicker. Above 200 ms answers and heartbeats are late; near 10 s jobs are taken away.',
      width: 8,
      unit: 's',
      queries: [{ expr: 'nodejs_eventloop_lag_p99_seconds{job=~"otklik-.+", instance=~"$instance"}', legend: '{{job}} {{instance}}' }],
      thresholds: [{ from: 0.2, color: 'red' }],
      alerts: ['OtklikEventLoopLag', 'OtklikEventLoopBlocked'],
    },
    {
      kind: 'timeseries',
      title: 'Memory',
      description: 'Resident memory. It goes up and down with the jobs; a staircase is a leak.',
      width: 8,
      unit: 'bytes',
      queries: [{ expr: 'process_resident_memory_bytes{job=~"otklik-.+", instance=~"$instance"}', legend: '{{job}} {{instance}}' }],
    },
    {
      kind: 'timeseries',
      title: 'CPU',
      description: 'Parts of one core. A Node process computes on one core; near 100 % it is full.',
      width: 8,
      unit: 'percentunit',
      queries: [{ expr: 'rate(process_cpu_seconds_total{job=~"otklik-.+", instance=~"$instance"}[5m])', legend: '{{job}} {{instance}}' }],
    },
    {
      kind: 'timeseries',
      title: 'Garbage collection',
      description: 'Part of the time that goes into it. Above 10 % the process is short of memory.',
      width: 8,
      unit: 'percentunit',
      queries: [
        {
          expr: 'sum by (job, instance) (rate(nodejs_gc_duration_seconds_sum{job=~"otklik-.+", instance=~"$instance"}[5m]))',
          legend: '{{job}} {{instance}}',
        },
      ],
      thresholds: [{ from: 0.1, color: 'red' }],
    },
    {
      kind: 'timeseries',
      title: 'Open files and connections',
      description: 'Part of what the process may open.',
      width: 8,
      unit: 'percentunit',
      queries: [{ expr: 'process_open_fds{job=~"otklik-.+", instance=~"$instance"} / process_max_fds', legend: '{{job}} {{instance}}' }],
      thresholds: [{ from: 0.8, color: 'red' }],
      alerts: ['OtklikFileDescriptors'],
    },
    {
      kind: 'table',
      title: 'Versions',
      description: 'What runs, of which version. Two versions at once are allowed during an upgrade.',
      width: 8,
      expr: 'otklik_build_info',
      hidden: ['__name__', 'job', 'Value'],
    },
  ],
};
