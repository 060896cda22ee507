import type { Dashboard, Row, Stat } from './panel.ts';

/** VK or us, and which part of us. */
const standing: readonly Stat[] = [
  {
    kind: 'stat',
    title: 'VK',
    description: 'Methods that VK does not answer. Jobs that need them wait by themselves: nothing to do but look.',
    width: 6,
    unit: 'short',
    queries: [{ expr: 'sum(max by (method, token_kind) (otklik_vk_breaker_state{state=~"open|half_open"}))', legend: 'circuits open' }],
    words: { '0': { text: 'answers', color: 'green' } },
    thresholds: [{ from: 1, color: 'red' }],
    alerts: ['OtklikVkBreakerOpen', 'OtklikVkTokenRefused'],
  },
  {
    kind: 'stat',
    title: 'PostgreSQL',
    description: 'Failures to reach it, or to be answered in time, within 5 minutes.',
    width: 6,
    unit: 'short',
    queries: [{ expr: 'sum(increase(otklik_db_errors_total{code=~"DB_UNAVAILABLE|DB_TIMEOUT"}[5m]))', legend: 'failures' }],
    thresholds: [
      { from: 1, color: 'yellow' },
      { from: 10, color: 'red' },
    ],
    alerts: ['OtklikDatabaseFailing'],
  },
  {
    kind: 'stat',
    title: 'Redis of the queue',
    description: 'Whether it answers. Without it jobs are accepted and wait.',
    width: 6,
    unit: 'short',
    queries: [{ expr: 'max(otklik_queue_store_up)', legend: 'up' }],
    words: { '0': { text: 'down', color: 'red' }, '1': { text: 'up', color: 'green' } },
    alerts: ['OtklikQueueStoreDown'],
  },
  {
    kind: 'stat',
    title: 'Queues held',
    description: 'Queues that somebody paused. Their jobs wait until they are resumed.',
    width: 6,
    unit: 'short',
    queries: [{ expr: 'sum(max by (type) (otklik_queue_paused))', legend: 'paused' }],
    thresholds: [{ from: 1, color: 'orange' }],
    alerts: ['OtklikQueuePaused'],
  },
];

const now: Row = {
  title: 'Now',
  panels: [
    {
      kind: 'stat',
      title: 'Alerts',
      description: 'Alerts that fire and deserve a person. The table below names them.',
      width: 3,
      unit: 'short',
      queries: [{ expr: 'count(ALERTS{alertstate="firing", severity=~"critical|warning"}) or vector(0)', legend: 'firing' }],
      thresholds: [{ from: 1, color: 'red' }],
    },
    {
      kind: 'stat',
      title: 'Workers',
      description: 'Worker processes that answer. With none, jobs are accepted and wait.',
      width: 3,
      unit: 'short',
      queries: [{ expr: 'count(up{job="otklik-worker"} == 1) or vector(0)', legend: 'up' }],
      words: { '0': { text: 'none', color: 'red' } },
      alerts: ['OtklikWorkersDown', 'OtklikTargetDown'],
    },
    {
      kind: 'stat',
      title: 'API',
      description: 'API processes that answer.',
      width: 3,
      unit: 'short',
      queries: [{ expr: 'count(up{job="otklik-api"} == 1) or vector(0)', legend: 'up' }],
      words: { '0': { text: 'none', color: 'red' } },
      alerts: ['OtklikApiDown'],
    },
    {
      kind: 'stat',
      title: 'Waiting',
      description: 'Jobs that are due and wait for a worker. Many are no fault while the oldest is young.',
      width: 3,
      unit: 'short',
      queries: [{ expr: 'sum(type:otklik_queue_waiting:sum)', legend: 'waiting' }],
    },
    {
      kind: 'stat',
      title: 'Running',
      description: 'Attempts in progress. None, with jobs waiting, means that work stands still.',
      width: 3,
      unit: 'short',
      queries: [{ expr: 'sum(type:otklik_queue_running:sum)', legend: 'running' }],
      alerts: ['OtklikNoConsumption'],
    },
    {
      kind: 'stat',
      title: 'Oldest waiting',
      description: 'How long the job that waits longest has been due, low priority aside: since when work stands.',
      width: 3,
      unit: 's',
      queries: [{ expr: 'max(type_priority:otklik_queue_oldest_waiting_seconds:max{priority!="low"})', legend: 'oldest' }],
      thresholds: [
        { from: 900, color: 'yellow' },
        { from: 3_600, color: 'red' },
      ],
      alerts: ['OtklikOldestWaitingTooOld'],
    },
    {
      kind: 'stat',
      title: 'Ended badly, 1 h',
      description: 'Jobs that failed or timed out within the last hour.',
      width: 3,
      unit: 'short',
      queries: [{ expr: 'sum(increase(otklik_jobs_finished_total{state=~"failed|timed_out"}[1h]))', legend: 'failed' }],
      thresholds: [
        { from: 1, color: 'yellow' },
        { from: 20, color: 'red' },
      ],
      alerts: ['OtklikDeadLetters', 'OtklikFailureRatio'],
    },
    {
      kind: 'stat',
      title: 'API errors',
      description: 'Part of the requests that are answered with a 5xx.',
      width: 3,
      unit: 'percentunit',
      queries: [{ expr: 'otklik:http_requests:error_ratio5m or vector(0)', legend: '5xx' }],
      thresholds: [
        { from: 0.01, color: 'yellow' },
        { from: 0.05, color: 'red' },
      ],
      alerts: ['OtklikApiErrors'],
    },
    ...standing,
    {
      kind: 'table',
      title: 'Alerts that fire',
      description: 'Click on a name for what it means and what to do.',
      width: 24,
      expr: 'ALERTS{alertstate="firing"}',
      hidden: ['__name__', 'alertstate', 'Value'],
    },
  ],
};

const flow: Row = {
  title: 'Is work flowing, and since when not?',
  panels: [
    {
      kind: 'timeseries',
      title: 'Waiting, by type',
      description: 'Due jobs without a worker. A slope that never falls: more comes in than is done.',
      width: 12,
      unit: 'short',
      stacked: true,
      queries: [{ expr: 'type:otklik_queue_waiting:sum', legend: '{{type}}' }],
    },
    {
      kind: 'timeseries',
      title: 'Attempts begun, by type',
      description: 'The pulse of the workers. Where this falls to zero with jobs waiting, work stopped.',
      width: 12,
      unit: 'ops',
      queries: [{ expr: 'type:otklik_job_starts:rate5m', legend: '{{type}}' }],
      alerts: ['OtklikNoConsumption'],
    },
    {
      kind: 'timeseries',
      title: 'Jobs ended, by state',
      description: 'What comes out. Red lines without green ones: look at the reasons of the failed jobs.',
      width: 12,
      unit: 'ops',
      stacked: true,
      queries: [{ expr: 'sum by (state) (type_state:otklik_jobs_finished:rate5m)', legend: '{{state}}' }],
      alerts: ['OtklikFailureRatio'],
    },
    {
      kind: 'timeseries',
      title: 'Why attempts step back',
      description:
        'pace: the limit of VK. token: VK refuses ours. capacity: the database. turn: long jobs let others pass, which is normal.',
      width: 12,
      unit: 'ops',
      stacked: true,
      queries: [{ expr: 'sum by (kind) (rate(otklik_job_waits_total[5m]))', legend: '{{kind}}' }],
    },
  ],
};

const api: Row = {
  title: 'What callers feel',
  panels: [
    {
      kind: 'timeseries',
      title: 'Answers by status',
      description: '4xx are mistakes of callers, 503 says that we can not answer now, 500 is a bug. 499: the caller went away first.',
      width: 8,
      unit: 'reqps',
      stacked: true,
      queries: [{ expr: 'sum by (status) (rate(otklik_http_requests_total{instance=~"$instance"}[5m]))', legend: '{{status}}' }],
      alerts: ['OtklikApiErrors'],
    },
    {
      kind: 'timeseries',
      title: 'Time to answer',
      description: 'All routes but downloads, half and 99 % of the requests.',
      width: 8,
      unit: 's',
      queries: [0.5, 0.99].map((part) => ({
        expr: `histogram_quantile(${part}, sum by (le) (rate(otklik_http_request_duration_seconds_bucket{instance=~"$instance", route!="/v1/exports/:id/file"}[5m])))`,
        legend: `p${part * 100}`,
      })),
      thresholds: [{ from: 1, color: 'red' }],
      alerts: ['OtklikApiSlow'],
    },
    {
      kind: 'bargauge',
      title: 'Slowest routes',
      description: 'Mean time to answer within the last quarter of an hour.',
      width: 8,
      unit: 's',
      queries: [
        {
          expr: 'topk(8, sum by (method, route) (rate(otklik_http_request_duration_seconds_sum[15m])) / sum by (method, route) (rate(otklik_http_request_duration_seconds_count[15m])) > 0)',
          legend: '{{method}} {{route}}',
        },
      ],
      thresholds: [
        { from: 0.5, color: 'yellow' },
        { from: 1, color: 'red' },
      ],
    },
  ],
};

export const makeOverview = (processes: Row): Dashboard => ({
  name: 'overview',
  title: 'Otklik / Overview',
  description: 'Is work flowing, since when not, and what is broken.',
  variables: ['instance'],
  rows: [now, flow, api, processes],
});
