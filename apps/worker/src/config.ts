import { type JobType, jobTypes } from '@otklik/contracts';
import {
  backoffClasses,
  type BackoffPolicy,
  defaultBackoff,
  defaultRetention,
  FailpointList,
  type FailpointName,
  type RetentionLimits,
} from '@otklik/core';
import { ConfigError, HeaderSecret, type Keyring, namedValues, parseConfig, processEnv, readSecretFiles } from '@otklik/shared';
import { type VkTokenKind, vkCircuitLimits, vkTokenKinds } from '@otklik/vk';
import { z } from 'zod';
import { DEFAULT_THREAD_MEMORY_MB, type ThreadsConfig } from './threads/open-analysis.ts';

const Queues = z
  .string()
  .transform((text) => text.split(',').map((name) => name.trim()))
  .pipe(z.array(z.enum(jobTypes)).min(1));

/** 0: for ever. */
const Days = z.coerce.number().int().min(0).max(36_500);

const Backoffs = namedValues(
  z.partialRecord(
    z.enum(backoffClasses),
    z
      .string()
      .regex(/^[1-9]\d{0,7}\.\.[1-9]\d{0,7}$/, 'must be two times in milliseconds, as 1000..60000')
      .transform((text) => text.split('..').map(Number))
      .transform(([baseMs = 1, maxMs = 1]) => ({ baseMs, maxMs }))
      .refine(({ baseMs, maxMs }) => baseMs <= maxMs, 'must begin with the shorter time'),
  ),
);

/** A worker's environment. */
export const WorkerEnv = z.object({
  ...processEnv,
  /** Connections for long reads, and as many for exports. */
  DATABASE_LONG_READS_MAX: z.coerce.number().int().min(1).max(200).optional(),
  DATABASE_DIRECT_URL: z.url({ protocol: /^postgres(ql)?$/ }).optional(),
  VK_TOKEN: HeaderSecret.optional(),
  VK_API_URL: z.url({ protocol: /^https?$/ }).default('https://api.vk.com'),
  VK_REQUESTS_PER_SECOND: z.coerce.number().positive().max(1_000).default(3),
  VK_TOKEN_KIND: z.enum(vkTokenKinds).default('service'),
  VK_BREAKER_OPEN_MS: z.coerce.number().int().min(100).max(600_000).default(vkCircuitLimits.openMs),
  VK_BREAKER_MAX_OPEN_MS: z.coerce.number().int().min(100).max(3_600_000).default(vkCircuitLimits.maxOpenMs),
  WORKER_QUEUES: Queues.default([...jobTypes]),
  WORKER_CONCURRENCY: z.coerce.number().int().min(1).max(500).optional(),
  WORKER_THREADS: z.coerce.number().int().min(0).max(64).optional(),
  WORKER_THREADS_MEMORY_MB: z.coerce.number().int().min(32).max(16_384).default(DEFAULT_THREAD_MEMORY_MB),
  WORKER_NAME: z.string().min(1).max(100).optional(),
  JOB_BACKOFF: Backoffs.default({}),
  SHUTDOWN_GRACE_MS: z.coerce.number().int().min(0).max(600_000).default(20_000),
  RETENTION_JOBS_DAYS: Days.default(defaultRetention.jobsDays),
  RETENTION_EVENTS_DAYS: Days.default(defaultRetention.eventsDays),
  RETENTION_LOGS_DAYS: Days.default(defaultRetention.logsDays),
  RETENTION_WAITS: z.coerce
    .number()
    .int()
    .min(20)
    .max(10_000)
    .or(z.literal('0').transform(() => 0))
    .default(defaultRetention.waits),
  /** For drills: the process kills itself at these places. */
  OTKLIK_FAILPOINTS: FailpointList.default([]),
});

type VkConfig = {
  readonly baseUrl: string;
  /** Of workspaces that have none of their own. */
  readonly token?: string;
  /** Default `service`. */
  readonly tokenKind?: VkTokenKind;
  readonly requestsPerSecond: number;
  /** How long a method that VK does not serve is left alone, at first and at most. */
  readonly circuit?: { readonly openMs: number; readonly maxOpenMs: number };
};

/** What a worker process has to be told. */
export type WorkerConfig = {
  readonly database: {
    readonly url: string;
    readonly poolMax: number;
    /** Connections for long reads, and as many for exports; the table of pools says it where unset. */
    readonly streamPoolMax?: number;
    /** Statements that take longer are logged and counted. Default 500. */
    readonly slowMs?: number;
    /** What one statement may take; the table of pools says it where unset. */
    readonly statementTimeoutMs?: number;
    /** Past a pooler in transaction mode, which would break session locks and signals. */
    readonly directUrl?: string;
  };
  readonly queue: { readonly url: string; readonly prefix: string };
  /** The Redis of the cache; undefined: each process caches in its memory alone. */
  readonly cache?: { readonly url: string };
  /** What tokens of VK are sealed with; undefined: only the one of `vk.token` is used. */
  readonly keyring?: Keyring;
  readonly exportDir: string;
  /** Where operators look without a key; undefined: nowhere. */
  readonly operations?: { readonly host: string; readonly port: number };
  readonly vk: VkConfig;
  readonly types: readonly JobType[];
  /** Attempts at once per type; the registry's number where unset. */
  readonly concurrency: number | undefined;
  /** Threads for work that takes the processor for long. */
  readonly threads?: ThreadsConfig;
  /** How it signs its attempts; host and pid where unset. */
  readonly name: string | undefined;
  /** Waits between attempts, by who failed. Default: what core says. */
  readonly backoff?: BackoffPolicy;
  readonly shutdownGraceMs: number;
  /** How long things are kept. */
  readonly retention?: RetentionLimits;
  readonly failpoints?: readonly FailpointName[];
  readonly logLevel: 'error' | 'warn' | 'info' | 'debug';
};

const NO_TOKENS = 'The configuration is not usable:\n  VK_TOKEN: is missing; or set OTKLIK_KEYRING, and add tokens with POST /v1/vk-tokens';

/** Reads a worker's environment. Throws ConfigError that lists every fault at once. */
export const loadWorkerConfig = (env: NodeJS.ProcessEnv): WorkerConfig => {
  const parsed = parseConfig(WorkerEnv, readSecretFiles(env));
  if (parsed.VK_TOKEN === undefined && parsed.OTKLIK_KEYRING === undefined && parsed.WORKER_QUEUES.includes('parse'))
    throw new ConfigError(NO_TOKENS);
  return {
    database: {
      url: parsed.DATABASE_URL,
      poolMax: parsed.DATABASE_POOL_MAX,
      ...(parsed.DATABASE_LONG_READS_MAX !== undefined && { streamPoolMax: parsed.DATABASE_LONG_READS_MAX }),
      slowMs: parsed.DATABASE_SLOW_MS,
      ...(parsed.DATABASE_STATEMENT_TIMEOUT_MS !== undefined && { statementTimeoutMs: parsed.DATABASE_STATEMENT_TIMEOUT_MS }),
      ...(parsed.DATABASE_DIRECT_URL !== undefined && { directUrl: parsed.DATABASE_DIRECT_URL }),
    },
    queue: { url: parsed.QUEUE_URL, prefix: parsed.QUEUE_PREFIX },
    ...(parsed.CACHE_URL !== undefined && { cache: { url: parsed.CACHE_URL } }),
    ...(parsed.OTKLIK_KEYRING !== undefined && { keyring: parsed.OTKLIK_KEYRING }),
    exportDir: parsed.EXPORT_DIR,
    ...(parsed.OPERATIONS_PORT !== undefined && { operations: { host: parsed.OPERATIONS_HOST, port: parsed.OPERATIONS_PORT } }),
    vk: {
      baseUrl: parsed.VK_API_URL,
      ...(parsed.VK_TOKEN !== undefined && { token: parsed.VK_TOKEN }),
      tokenKind: parsed.VK_TOKEN_KIND,
      requestsPerSecond: parsed.VK_REQUESTS_PER_SECOND,
      circuit: { openMs: parsed.VK_BREAKER_OPEN_MS, maxOpenMs: parsed.VK_BREAKER_MAX_OPEN_MS },
    },
    types: parsed.WORKER_QUEUES,
    concurrency: parsed.WORKER_CONCURRENCY,
    threads: {
      ...(parsed.WORKER_THREADS !== undefined && { count: parsed.WORKER_THREADS }),
      memoryMb: parsed.WORKER_THREADS_MEMORY_MB,
    },
    name: parsed.WORKER_NAME,
    backoff: { bounds: { ...defaultBackoff.bounds, ...parsed.JOB_BACKOFF } },
    shutdownGraceMs: parsed.SHUTDOWN_GRACE_MS,
    retention: {
      jobsDays: parsed.RETENTION_JOBS_DAYS,
      eventsDays: parsed.RETENTION_EVENTS_DAYS,
      logsDays: parsed.RETENTION_LOGS_DAYS,
      waits: parsed.RETENTION_WAITS,
    },
    failpoints: parsed.OTKLIK_FAILPOINTS,
    logLevel: parsed.LOG_LEVEL,
  };
};
