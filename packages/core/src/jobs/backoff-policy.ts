import { type AppError, DatabaseError, JobTimeout, StorageError, UpstreamError, VkApiError, retryDelayMs } from '@otklik/shared';

/** Bounds of the wait before attempt n+1: full jitter over min(maxMs, baseMs · 2^(n-1)). */
export type Backoff = { readonly baseMs: number; readonly maxMs: number };

/**
 * Who failed, and so how long it takes until another try is worth it:
 * - `rate`: VK says that we ask too much, and does not say for how long
 * - `vk`: VK answered with an error, or with something that is not its API
 * - `transport`: VK could not be reached, or is held back by our circuit
 * - `database`: lost races for rows and slow statements
 * - `storage`: the disk of exports, which somebody has to mend
 * - `timeout`: the attempt ran too long; the next one goes on from its checkpoint
 * - `other`: everything else that is worth another try
 */
export const backoffClasses = ['rate', 'vk', 'transport', 'database', 'storage', 'timeout', 'other'] as const;
export type BackoffClass = (typeof backoffClasses)[number];

export type BackoffPolicy = {
  readonly bounds: Readonly<Record<BackoffClass, Backoff>>;
  /** 0 ≤ x < 1; for tests. */
  readonly random?: () => number;
};

export const defaultBackoff: BackoffPolicy = {
  bounds: {
    rate: { baseMs: 10_000, maxMs: 600_000 },
    vk: { baseMs: 2_000, maxMs: 300_000 },
    transport: { baseMs: 2_000, maxMs: 300_000 },
    database: { baseMs: 500, maxMs: 60_000 },
    storage: { baseMs: 5_000, maxMs: 300_000 },
    timeout: { baseMs: 1_000, maxMs: 60_000 },
    other: { baseMs: 1_000, maxMs: 60_000 },
  },
};

/** Wait after the given attempt (1 = the first). A time that whoever failed named wins over the policy. */
export const backoffMs = (error: AppError, attempt: number, { bounds, random }: BackoffPolicy): number => {
  const named = 'retryAfterMs' in error && typeof error.retryAfterMs === 'number' ? error.retryAfterMs : undefined;
  return named ?? Math.round(retryDelayMs(attempt, { ...bounds[backoffClassOf(error)], ...(random && { random }) }));
};

/** The row of the table that an error belongs to. */
export const backoffClassOf = (error: AppError): BackoffClass => {
  if (error instanceof VkApiError) return error.vkClass === 'wait' ? 'rate' : 'vk';
  if (error instanceof UpstreamError) return error.code === 'VK_BAD_ANSWER' ? 'vk' : 'transport';
  if (error instanceof DatabaseError) return 'database';
  if (error instanceof StorageError) return 'storage';
  return error instanceof JobTimeout ? 'timeout' : 'other';
};
