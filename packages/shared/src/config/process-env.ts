import { z } from 'zod';

/** What every process of a server is told: where its stores are, and how much it says. */
export const processEnv = {
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }),
  QUEUE_URL: z.url({ protocol: /^(rediss?|postgres(ql)?)$/ }),
  CACHE_URL: z.url({ protocol: /^(rediss?|memory)$/ }).optional(),
  QUEUE_PREFIX: z
    .string()
    .regex(/^[a-z0-9_-]{1,40}$/)
    .default('otklik'),
  DATABASE_POOL_MAX: z.coerce.number().int().min(2).max(200).default(10),
  /** Where `/livez`, `/readyz` and `/metrics` are served without a key; not at all without a port. */
  OPERATIONS_HOST: z.string().min(1).default('127.0.0.1'),
  OPERATIONS_PORT: z.coerce.number().int().min(0).max(65_535).optional(),
  EXPORT_DIR: z.string().min(1).default('./exports'),
  LOG_LEVEL: z.enum(['error', 'warn', 'info', 'debug']).default('info'),
};
