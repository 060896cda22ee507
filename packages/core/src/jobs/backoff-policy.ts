import { type AppError, InfrastructureError, UpstreamError, VkApiError, retryDelayMs } from '@otklik/shared';

/** Bounds of the wait before attempt n+1: full jitter over min(maxMs, baseMs · 2^(n-1)). */
export type Backoff = { readonly baseMs: number; readonly maxMs: number };

/** By who failed: VK needs more time to recover than a lost race in our own store. */
export type BackoffPolicy = {
  readonly upstream: Backoff;
  readonly infrastructure: Backoff;
  readonly other: Backoff;
  /** 0 ≤ x < 1; for tests. */
  readonly random?: () => number;
};

export const defaultBackoff: BackoffPolicy = {
  upstream: { baseMs: 2_000, maxMs: 300_000 },
  infrastructure: { baseMs: 1_000, maxMs: 60_000 },
  other: { baseMs: 1_000, maxMs: 60_000 },
};

/** Wait after the given attempt (1 = the first). A time that VK named wins over the policy. */
export const backoffMs = (error: AppError, attempt: number, policy: BackoffPolicy): number => {
  if (error instanceof VkApiError && error.retryAfterMs !== undefined) return error.retryAfterMs;
  return Math.round(retryDelayMs(attempt, { ...boundsFor(error, policy), ...(policy.random && { random: policy.random }) }));
};

const boundsFor = (error: AppError, policy: BackoffPolicy): Backoff => {
  if (error instanceof UpstreamError) return policy.upstream;
  if (error instanceof InfrastructureError) return policy.infrastructure;
  return policy.other;
};
