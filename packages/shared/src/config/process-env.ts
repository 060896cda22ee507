import { z } from 'zod';
import { KeyringText } from '../secrets/keyring-text.ts';

/** What every process of a server is told: where its stores are, and how much it says. */
export const processEnv = {
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }),
  QUEUE_URL: z.url({ protocol: /^(rediss?|postgres(ql)?)$/ }),
  /** Left out or `memory:`: each process caches for itself. */
  CACHE_URL: z
    .url({ protocol: /^(rediss?|memory)$/ })
    .optional()
    .transform((url) => (url?.startsWith('memory:') === true ? undefined : url)),
  QUEUE_PREFIX: z
    .string()
    .regex(/^[a-z0-9_-]{1,40}$/)
    .default('otklik'),
  DATABASE_POOL_MAX: z.coerce.number().int().min(2).max(200).default(10),
  /** What one statement of a request or a job may take. Each process has a default of its own. */
  DATABASE_STATEMENT_TIMEOUT_MS: z.coerce.number().int().min(100).max(3_600_000).optional(),
  /** Statements that take longer are logged and counted. */
  DATABASE_SLOW_MS: z.coerce.number().int().min(1).max(3_600_000).default(500),
  /** Where `/livez`, `/readyz` and `/metrics` are served without a key; not at all without a port. */
  OPERATIONS_HOST: z.string().min(1).default('127.0.0.1'),
  OPERATIONS_PORT: z.coerce.number().int().min(0).max(65_535).optional(),
  /** What tokens of VK are sealed with in the database. Without it none can be added or used. */
  OTKLIK_KEYRING: KeyringText.optional(),
  EXPORT_DIR: z.string().min(1).default('./exports'),
  LOG_LEVEL: z.enum(['error', 'warn', 'info', 'debug']).default('info'),
};
