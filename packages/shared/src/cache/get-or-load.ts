import type { Clock } from '../clock/clock.ts';
import { toAppError } from '../errors/app-error.ts';
import type { Logger } from '../logging/logger.ts';
import type { CacheKey } from './cache.ts';
import { nameOf, placeOf } from './cache-labels.ts';
import type { CacheMetrics } from './cache-metrics.ts';
import { writeValue } from './cache-values.ts';
import type { Flights, Permit } from './flights.ts';
import type { Found, MemoryShelf } from './memory-shelf.ts';
import type { SharedShelf } from './shared-shelf.ts';

type Deps = {
  readonly shelf: MemoryShelf;
  readonly shared: SharedShelf;
  readonly flights: Flights;
  readonly clock: Clock;
  readonly random: () => number;
  readonly metrics: CacheMetrics;
  readonly logger: Logger;
};

type Load<T> = () => Promise<T>;

/** How a load came to be ours, and what there is if it fails. */
type Turn<T> = { readonly permit: Permit; readonly token: string | undefined; readonly fallback: Found<T> | undefined };

/** How long a caller waits for the load of another process before it loads for itself. */
const WAIT_MS = 2_000;
const FIRST_PAUSE_MS = 5;
const MAX_PAUSE_MS = 50;

export const makeGetOrLoad = (deps: Deps) => {
  const { shelf, shared, flights, clock, logger } = deps;
  const loadAndKeep = makeLoadAndKeep(deps);

  /** Behind the caller's back: the answer has been given already. */
  const refresh = <T>(key: CacheKey<T>, load: Load<T>, begun?: string): void => {
    const run = async (permit: Permit): Promise<void> => {
      const { found, token, isAway } = begun === undefined ? await shared.look(key, permit, key.kind.lockMs) : mine(begun);
      const isMine = token !== undefined || isAway;
      if (isMine && found?.age !== 'fresh') await loadAndKeep(key, load, { permit, token, fallback: undefined });
    };
    flights.share(`refresh ${nameOf(key)}`, placeOf(key), run).catch((thrown: unknown) => {
      logger.debug('a value could not be refreshed', { kind: key.kind.name, error: toAppError(thrown) });
    });
  };

  const fetch = async <T>(key: CacheKey<T>, load: Load<T>, { permit, fallback }: Omit<Turn<T>, 'token'>): Promise<T> => {
    const giveUpAt = clock.now() + WAIT_MS;
    for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(2 * pauseMs, MAX_PAUSE_MS)) {
      const { found, token, isAway } = await shared.look(key, permit, key.kind.lockMs);
      if (found?.age === 'fresh') return found.value;
      if (found?.age === 'stale') {
        if (token !== undefined) refresh(key, load, token);
        return found.value;
      }
      if (token !== undefined || isAway || clock.now() >= giveUpAt)
        return loadAndKeep(key, load, { permit, token, fallback: found ?? fallback });
      await clock.sleep(pauseMs);
    }
  };

  return async <T>(key: CacheKey<T>, load: Load<T>): Promise<T> => {
    const found = shelf.find(key);
    if (found?.age === 'fresh') return found.value;
    if (found?.age === 'stale') {
      refresh(key, load);
      return found.value;
    }
    return key.parse(await flights.share(nameOf(key), placeOf(key), (permit) => fetch(key, load, { permit, fallback: found })));
  };
};

const mine = (token: string) => ({ found: undefined, token, isAway: false });

const makeLoadAndKeep = ({ shelf, shared, random, metrics }: Deps) => {
  /** A load that failed: what is there may do, when the error says that it will pass. Else rejects with that error. */
  const fallBack = async <T>(key: CacheKey<T>, { permit, token, fallback }: Turn<T>, thrown: unknown): Promise<T> => {
    metrics.loaded(key.kind.name, 'error');
    if (token !== undefined) await shared.tierOf(key).release(permit.place, token);
    if (fallback === undefined || !toAppError(thrown).retryable) throw thrown;
    metrics.requested(key.kind.name, 'memory', 'stale');
    return fallback.value;
  };
  return async <T>(key: CacheKey<T>, load: Load<T>, turn: Turn<T>): Promise<T> => {
    const { permit, token } = turn;
    let value: T;
    try {
      value = await load();
    } catch (thrown) {
      return fallBack(key, turn, thrown);
    }
    const written = writeValue(key, value, random);
    metrics.loaded(key.kind.name, written === undefined ? 'too_large' : 'ok');
    if (written !== undefined) shelf.keep(key, written, permit);
    if (token !== undefined)
      await (written === undefined
        ? shared.tierOf(key).release(permit.place, token)
        : shared.tierOf(key).store(permit.place, token, written));
    return value;
  };
};
