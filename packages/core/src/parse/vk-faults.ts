import { CircuitOpenError, MustWait, NoTokenError, VkApiError, VkTransportError } from '@otklik/shared';

/** VK's own limit windows are minutes to hours; without a hint this long. */
const DEFAULT_WAIT_MS = 60_000;

/** VK gave this very request no answer, and is held back for now: it is down, or the page is too heavy for it. */
export const mayBeTooHeavy = (thrown: unknown): boolean => thrown instanceof CircuitOpenError && thrown.cause !== undefined;

/** After an open circuit jobs come back one by one, spread over half of the time that they waited, within these bounds. */
const MIN_SPREAD_MS = 1_000;
const MAX_SPREAD_MS = 10_000;

/**
 * What VK does not give just now costs the job no attempt, so it waits: for a limit of VK to pass (`pace`), for a token
 * (`token`; whoever adds or mends one wakes the job before its time), or for VK to serve the method again (`capacity`).
 * Everything else stays as it is. `random`: 0 ≤ x < 1, for tests.
 */
export const asWait = (thrown: unknown, random: () => number = Math.random): unknown => {
  if (thrown instanceof VkApiError && thrown.vkClass === 'wait') return waitForLimit(thrown, thrown.retryAfterMs ?? DEFAULT_WAIT_MS);
  if (thrown instanceof VkTransportError && thrown.retryAfterMs !== undefined) return waitForLimit(thrown, thrown.retryAfterMs);
  if (thrown instanceof NoTokenError) return new MustWait(thrown.message, { kind: 'token', waitMs: thrown.retryAfterMs, cause: thrown });
  if (thrown instanceof CircuitOpenError) {
    // The first to come back is the probe; the others shall find out what it found.
    const spreadMs = Math.min(MAX_SPREAD_MS, Math.max(MIN_SPREAD_MS, thrown.retryAfterMs / 2));
    const waitMs = Math.round(thrown.retryAfterMs + random() * spreadMs);
    return new MustWait(thrown.message, { kind: 'capacity', waitMs, cause: thrown });
  }
  return thrown;
};

const waitForLimit = (cause: VkApiError | VkTransportError, waitMs: number): MustWait =>
  new MustWait(cause.message, { kind: 'pace', waitMs, cause });
