import { FailpointList, type FailpointName, type JobDefaults } from '@otklik/core';
import { HeaderSecret, type Keyring, parseConfig, processEnv, readSecretFiles } from '@otklik/shared';
import { vkTokenKinds } from '@otklik/vk';
import { z } from 'zod';
import { jobDefaultsEnv, toJobDefaults } from './job-defaults.ts';
import type { WallCheckConfig } from './open-wall-check.ts';

/** Whether the board is served, and whether it may pause queues and tidy up. */
const boardAccesses = ['off', 'read', 'write'] as const;

/** VK's own community for those who use its API. */
export const DEFAULT_PROBE = { baseUrl: 'https://api.vk.com', wall: 'apiclub' };

/** The environment of an API process. */
export const ApiEnv = z.object({
  ...processEnv,
  /** Where tokens are probed, and targets looked at. */
  VK_API_URL: z.url({ protocol: /^https?$/ }).default(DEFAULT_PROBE.baseUrl),
  VK_PROBE_WALL: z.string().min(1).max(100).default(DEFAULT_PROBE.wall),
  DATABASE_DIRECT_URL: z.url({ protocol: /^postgres(ql)?$/ }).optional(),
  /** With this, or tokens of workspaces, targets are looked at before their jobs are accepted. */
  VK_TOKEN: HeaderSecret.optional(),
  VK_REQUESTS_PER_SECOND: z.coerce.number().positive().max(1_000).default(3),
  VK_TOKEN_KIND: z.enum(vkTokenKinds).default('service'),
  HOST: z.string().min(1).default('127.0.0.1'),
  PORT: z.coerce.number().int().min(0).max(65_535).default(3_000),
  /** How long it goes on serving after it has turned unready, so that balancers notice before the door closes. */
  DRAIN_DELAY_MS: z.coerce.number().int().min(0).max(60_000).default(0),
  BULL_BOARD: z.enum(boardAccesses).default('read'),
  ...jobDefaultsEnv,
  OTKLIK_ENVIRONMENT: z.string().min(1).max(40).default('development'),
  /** For drills: the process kills itself at these places. */
  OTKLIK_FAILPOINTS: FailpointList.default([]),
});

/** What an API process has to be told. */
export type ApiConfig = {
  readonly database: {
    readonly url: string;
    readonly poolMax: number;
    /** Statements that take longer are logged and counted. Default 500. */
    readonly slowMs?: number;
    /** What one statement may take; the table of pools says it where unset. */
    readonly statementTimeoutMs?: number;
    /** Past a pooler in transaction mode, behind which no signals are heard. */
    readonly directUrl?: string;
  };
  readonly queue: { readonly url: string; readonly prefix: string };
  /** The Redis of the cache; undefined: each process caches in its memory alone. */
  readonly cache?: { readonly url: string };
  /** What tokens of VK are sealed with; undefined: none can be added. */
  readonly keyring?: Keyring;
  /** Where tokens are probed: VK, and a wall that everybody may read. Default: VK's own. */
  readonly vk?: { readonly baseUrl: string; readonly wall: string };
  /** How targets are looked at before their jobs are accepted. Default: not at all. */
  readonly wallCheck?: WallCheckConfig;
  readonly exportDir: string;
  /** Where operators look without a key; undefined: nowhere. */
  readonly operations?: { readonly host: string; readonly port: number };
  /** Port 0: any free one. */
  readonly http: { readonly host: string; readonly port: number };
  /** How long everything is still served after readiness has turned. Default 0. */
  readonly drainDelayMs?: number;
  /** Default: no board. */
  readonly board?: { readonly access: (typeof boardAccesses)[number]; /** Its badge. */ readonly environment: string };
  /** What jobs get whose orders do not say it. Default: what the registry says. */
  readonly jobs?: JobDefaults;
  readonly failpoints?: readonly FailpointName[];
  readonly logLevel: 'error' | 'warn' | 'info' | 'debug';
};

/** Reads the environment of an API process. Throws ConfigError that lists every fault at once. */
export const loadApiConfig = (env: NodeJS.ProcessEnv): ApiConfig => {
  const parsed = parseConfig(ApiEnv, readSecretFiles(env));
  return {
    database: {
      url: parsed.DATABASE_URL,
      poolMax: parsed.DATABASE_POOL_MAX,
      slowMs: parsed.DATABASE_SLOW_MS,
      ...(parsed.DATABASE_STATEMENT_TIMEOUT_MS !== undefined && { statementTimeoutMs: parsed.DATABASE_STATEMENT_TIMEOUT_MS }),
      ...(parsed.DATABASE_DIRECT_URL !== undefined && { directUrl: parsed.DATABASE_DIRECT_URL }),
    },
    queue: { url: parsed.QUEUE_URL, prefix: parsed.QUEUE_PREFIX },
    ...(parsed.CACHE_URL !== undefined && { cache: { url: parsed.CACHE_URL } }),
    ...(parsed.OTKLIK_KEYRING !== undefined && { keyring: parsed.OTKLIK_KEYRING }),
    vk: { baseUrl: parsed.VK_API_URL, wall: parsed.VK_PROBE_WALL },
    wallCheck: {
      baseUrl: parsed.VK_API_URL,
      ...(parsed.VK_TOKEN !== undefined && { token: parsed.VK_TOKEN }),
      tokenKind: parsed.VK_TOKEN_KIND,
      requestsPerSecond: parsed.VK_REQUESTS_PER_SECOND,
    },
    exportDir: parsed.EXPORT_DIR,
    ...(parsed.OPERATIONS_PORT !== undefined && { operations: { host: parsed.OPERATIONS_HOST, port: parsed.OPERATIONS_PORT } }),
    http: { host: parsed.HOST, port: parsed.PORT },
    drainDelayMs: parsed.DRAIN_DELAY_MS,
    board: { access: parsed.BULL_BOARD, environment: parsed.OTKLIK_ENVIRONMENT },
    jobs: toJobDefaults(parsed),
    failpoints: parsed.OTKLIK_FAILPOINTS,
    logLevel: parsed.LOG_LEVEL,
  };
};
