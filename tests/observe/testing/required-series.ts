/** A series that operators build on: renaming it breaks their dashboards and alerts, so it takes an entry in the changelog. */
export type RequiredSeries = { readonly type: 'counter' | 'gauge' | 'histogram'; readonly labels: readonly string[] };

type Required = Readonly<Record<string, RequiredSeries>>;

const counter = (...labels: readonly string[]): RequiredSeries => ({ type: 'counter', labels });
const gauge = (...labels: readonly string[]): RequiredSeries => ({ type: 'gauge', labels });
const histogram = (...labels: readonly string[]): RequiredSeries => ({ type: 'histogram', labels });

const everywhere: Required = {
  otklik_build_info: gauge('service', 'version'),
  nodejs_eventloop_lag_p99_seconds: gauge(),
  nodejs_eventloop_lag_max_seconds: gauge(),
  nodejs_gc_duration_seconds: histogram('kind'),
  process_cpu_seconds_total: counter(),
  process_resident_memory_bytes: gauge(),
  process_start_time_seconds: gauge(),
  process_open_fds: gauge(),
  process_max_fds: gauge(),
  otklik_job_dispatch_lag_seconds: histogram('type'),
  otklik_jobs_dispatched_total: counter('type'),
  otklik_cache_requests_total: counter('kind', 'tier', 'result'),
  otklik_cache_operation_duration_seconds: histogram('tier', 'operation'),
  otklik_cache_loads_total: counter('kind', 'result'),
  otklik_cache_memory_bytes: gauge(),
  otklik_cache_memory_entries: gauge(),
  otklik_cache_breaker_state: gauge('state'),
  otklik_cache_invalidations_total: counter('scope'),
  otklik_signals_listening: gauge(),
  otklik_signals_heard_total: counter('kind'),
  otklik_db_pool_connections: gauge('pool', 'state'),
  otklik_db_pool_waiting: gauge('pool'),
  otklik_db_pool_max: gauge('pool'),
  otklik_db_statement_duration_seconds: histogram('pool'),
  otklik_db_slow_statements_total: counter('pool'),
  otklik_db_errors_total: counter('pool', 'code'),
  otklik_db_retries_total: counter('pool', 'reason'),
};

/** By the process that tells them. */
export const requiredSeries: Readonly<Record<'api' | 'worker', Required>> = {
  api: {
    ...everywhere,
    otklik_http_requests_total: counter('method', 'route', 'status'),
    otklik_http_request_duration_seconds: histogram('method', 'route'),
    otklik_queue_jobs: gauge('type', 'priority', 'state'),
    otklik_queue_oldest_waiting_seconds: gauge('type', 'priority'),
    otklik_queue_paused: gauge('type'),
    otklik_queue_store_up: gauge(),
    otklik_queue_store_memory_bytes: gauge(),
    otklik_queue_store_memory_max_bytes: gauge(),
    otklik_queue_store_noeviction: gauge(),
    otklik_workers_seen: gauge('state'),
    otklik_jobs_finished_total: counter('type', 'state'),
  },
  worker: {
    ...everywhere,
    otklik_jobs_finished_total: counter('type', 'state'),
    otklik_job_attempts_total: counter('type', 'end'),
    otklik_job_waits_total: counter('type', 'kind'),
    otklik_jobs_poisoned_total: counter('type'),
    otklik_attempts_abandoned_total: counter('type'),
    otklik_attempts_abandoned: gauge(),
    otklik_job_start_latency_seconds: histogram('type'),
    otklik_job_run_duration_seconds: histogram('type', 'end'),
    otklik_reconciler_repairs_total: counter('kind'),
    otklik_reconciler_failures_total: counter('kind'),
    otklik_reconciler_last_round_timestamp_seconds: gauge(),
    otklik_reconciler_leader: gauge(),
    otklik_retention_deleted_total: counter('what'),
    otklik_retention_failures_total: counter('what'),
    otklik_worker_active: gauge('type'),
    otklik_worker_open: gauge('type'),
    otklik_worker_concurrency: gauge('type'),
    otklik_worker_last_consumed_timestamp_seconds: gauge('type'),
    otklik_worker_draining: gauge(),
    otklik_worker_recreated_total: counter('type'),
    otklik_vk_requests_total: counter('method', 'outcome'),
    otklik_vk_request_duration_seconds: histogram('method'),
    otklik_vk_calls_total: counter('method', 'outcome'),
    otklik_vk_batch_calls: histogram(),
    otklik_vk_turn_wait_seconds: histogram(),
    otklik_vk_too_fast_total: counter(),
    otklik_vk_tokens: gauge('state'),
    otklik_vk_breaker_state: gauge('method', 'token_kind', 'state'),
    otklik_vk_breaker_transitions_total: counter('method', 'token_kind', 'to'),
    otklik_comments_stored_total: counter('change'),
  },
};
