import type { Dashboard, Row } from './panel.ts';

const database: Row = {
  title: 'PostgreSQL',
  panels: [
    {
      kind: 'timeseries',
      title: 'Connections in use',
      description: 'Part of each pool. Near 100 % for minutes, callers are told to come again; exports may use all they have.',
      width: 8,
      unit: 'percentunit',
      queries: [
        {
          expr: 'sum by (job, instance, pool) (otklik_db_pool_connections{state="busy", instance=~"$instance"}) / sum by (job, instance, pool) (otklik_db_pool_max)',
          legend: '{{job}} {{instance}} {{pool}}',
        },
      ],
      thresholds: [{ from: 0.9, color: 'red' }],
      alerts: ['OtklikDatabasePoolSaturated'],
    },
    {
      kind: 'timeseries',
      title: 'Waiting for a connection',
      description: 'Callers in the queue of a pool at the moment of the scrape. Should be zero nearly always.',
      width: 8,
      unit: 'short',
      queries: [{ expr: 'sum by (job, pool) (otklik_db_pool_waiting{instance=~"$instance"})', legend: '{{job}} {{pool}}' }],
      thresholds: [{ from: 1, color: 'red' }],
      alerts: ['OtklikDatabasePoolSaturated'],
    },
    {
      kind: 'timeseries',
      title: 'Statements take',
      description: 'Half and 99 %, without the wait for a connection. Requests and moves of jobs take milliseconds.',
      width: 8,
      unit: 's',
      queries: [0.5, 0.99].map((part) => ({
        expr: `histogram_quantile(${part}, sum by (pool, le) (rate(otklik_db_statement_duration_seconds_bucket{instance=~"$instance"}[5m])))`,
        legend: `{{pool}} p${part * 100}`,
      })),
    },
    {
      kind: 'timeseries',
      title: 'Statements',
      description: 'How much the database is asked.',
      width: 8,
      unit: 'ops',
      queries: [
        { expr: 'sum by (pool) (rate(otklik_db_statement_duration_seconds_count{instance=~"$instance"}[5m]))', legend: '{{pool}}' },
      ],
    },
    {
      kind: 'timeseries',
      title: 'Slow statements, per 15 minutes',
      description: 'Longer than DATABASE_SLOW_MS; the log has the fingerprint of each.',
      width: 8,
      unit: 'short',
      queries: [{ expr: 'sum by (pool) (increase(otklik_db_slow_statements_total{instance=~"$instance"}[15m]))', legend: '{{pool}}' }],
      alerts: ['OtklikSlowStatements'],
    },
    {
      kind: 'timeseries',
      title: 'Errors and repetitions, per 5 minutes',
      description: 'DB_UNAVAILABLE: not there. DB_TIMEOUT: too slow. DB_CONFLICT is run again by itself. DB_REJECTED is a bug.',
      width: 8,
      unit: 'short',
      queries: [
        { expr: 'sum by (code) (increase(otklik_db_errors_total{instance=~"$instance"}[5m])) > 0', legend: '{{code}}' },
        { expr: 'sum by (reason) (increase(otklik_db_retries_total{instance=~"$instance"}[5m])) > 0', legend: 'again: {{reason}}' },
      ],
      alerts: ['OtklikDatabaseFailing'],
    },
  ],
};

const queueStore: Row = {
  title: 'The Redis of the queue',
  panels: [
    {
      kind: 'stat',
      title: 'Answers',
      description: 'Whether any API process reaches it. While it is away jobs are accepted and wait.',
      width: 6,
      unit: 'short',
      queries: [{ expr: 'max(otklik_queue_store_up)', legend: 'up' }],
      words: { '0': { text: 'down', color: 'red' }, '1': { text: 'up', color: 'green' } },
      alerts: ['OtklikQueueStoreDown'],
    },
    {
      kind: 'stat',
      title: 'Keeps what it is given',
      description: 'maxmemory-policy noeviction. Anything else drops jobs when memory is short.',
      width: 6,
      unit: 'short',
      queries: [{ expr: 'min(otklik_queue_store_noeviction)', legend: 'keeps' }],
      words: { '0': { text: 'evicts', color: 'red' }, '1': { text: 'keeps', color: 'green' } },
      alerts: ['OtklikQueueStoreEvicts'],
    },
    {
      kind: 'timeseries',
      title: 'Memory of the queue',
      description: 'Used, and the limit where there is one. At 70 % somebody should look.',
      width: 12,
      unit: 'bytes',
      queries: [
        { expr: 'max(otklik_queue_store_memory_bytes)', legend: 'used' },
        { expr: 'max(otklik_queue_store_memory_max_bytes) > 0', legend: 'limit' },
      ],
      alerts: ['OtklikQueueStoreMemory', 'OtklikQueueStoreUnlimited'],
    },
  ],
};

const cache: Row = {
  title: 'Cache',
  panels: [
    {
      kind: 'timeseries',
      title: 'Served without loading, by kind of data',
      description: 'Part of the questions for which nothing had to be made anew. Low is fine for what is asked once.',
      width: 8,
      unit: 'percentunit',
      queries: [
        {
          expr: '1 - sum by (kind) (rate(otklik_cache_loads_total{instance=~"$instance"}[5m])) / (sum by (kind) (rate(otklik_cache_requests_total{tier="memory", instance=~"$instance"}[5m])) > 0)',
          legend: '{{kind}}',
        },
      ],
    },
    {
      kind: 'timeseries',
      title: 'Answers, by tier',
      description: 'error: Redis failed or gave back nonsense; the value was made anew.',
      width: 8,
      unit: 'ops',
      stacked: true,
      queries: [
        { expr: 'sum by (tier, result) (rate(otklik_cache_requests_total{instance=~"$instance"}[5m])) > 0', legend: '{{tier}} {{result}}' },
      ],
    },
    {
      kind: 'timeseries',
      title: 'Redis takes',
      description: '95 % of the exchanges with the Redis of the cache. Above 25 ms it is no help any more.',
      width: 8,
      unit: 's',
      queries: [
        {
          expr: 'histogram_quantile(0.95, sum by (operation, le) (rate(otklik_cache_operation_duration_seconds_bucket{instance=~"$instance"}[5m])))',
          legend: '{{operation}}',
        },
      ],
    },
    {
      kind: 'timeseries',
      title: 'Processes that do without Redis',
      description: 'Their breaker is open: memory and the database serve instead. Everything works, with more load.',
      width: 8,
      unit: 'short',
      queries: [{ expr: 'sum by (job) (otklik_cache_breaker_state{state=~"open|half_open", instance=~"$instance"})', legend: '{{job}}' }],
      thresholds: [{ from: 1, color: 'red' }],
      alerts: ['OtklikCacheBreakerOpen'],
    },
    {
      kind: 'timeseries',
      title: 'Made anew',
      description: 'Values that the cache did not have. What is asked at once by many is made once.',
      width: 8,
      unit: 'ops',
      queries: [
        { expr: 'sum by (kind, result) (rate(otklik_cache_loads_total{instance=~"$instance"}[5m])) > 0', legend: '{{kind}} {{result}}' },
      ],
    },
    {
      kind: 'timeseries',
      title: 'Memory of the cache',
      description: 'What the memory tier holds, as estimated. It is bounded and stays full on a busy server.',
      width: 8,
      unit: 'bytes',
      queries: [{ expr: 'sum by (job, instance) (otklik_cache_memory_bytes{instance=~"$instance"})', legend: '{{job}} {{instance}}' }],
    },
    {
      kind: 'timeseries',
      title: 'Invalidations',
      description: 'remote: told by another process. everything: the connection for it had been lost, so all was dropped.',
      width: 8,
      unit: 'ops',
      queries: [{ expr: 'sum by (scope) (rate(otklik_cache_invalidations_total{instance=~"$instance"}[5m])) > 0', legend: '{{scope}}' }],
    },
    {
      kind: 'timeseries',
      title: 'Values in memory',
      description: 'How many the memory tier holds.',
      width: 8,
      unit: 'short',
      queries: [{ expr: 'sum by (job, instance) (otklik_cache_memory_entries{instance=~"$instance"})', legend: '{{job}} {{instance}}' }],
    },
  ],
};

export const databaseAndCache: Dashboard = {
  name: 'database-and-cache',
  title: 'Otklik / Database and cache',
  description: 'PostgreSQL, the Redis of the queue, the Redis of the cache.',
  variables: ['instance'],
  rows: [database, queueStore, cache],
};
