import { type Clock, systemClock } from '../clock/clock.ts';
import type { Cache } from './cache.ts';

export type MemoryCacheOptions = {
  /** The entry that was used least recently goes first. Default 10,000. */
  readonly maxEntries?: number;
  readonly clock?: Clock;
};

type Entry = { readonly value: unknown; readonly expiresAt: number };

/** A cache in this process, bounded by the number of its entries. */
export const createMemoryCache = ({ maxEntries = 10_000, clock = systemClock }: MemoryCacheOptions = {}): Cache => {
  const entries = createEntries({ maxEntries, clock });
  const loads = createLoads();

  return {
    get: async ({ name, parse }) => {
      const entry = entries.find(name);
      return entry === undefined ? undefined : parse(entry.value);
    },
    set: async ({ name }, value, { ttlMs }) => {
      loads.forget(name);
      entries.write(name, value, ttlMs);
    },
    delete: async ({ name }) => {
      loads.forget(name);
      entries.remove(name);
    },
    getOrLoad: async ({ name, parse }, load, { ttlMs }) => {
      const entry = entries.find(name);
      if (entry !== undefined) return parse(entry.value);
      return parse(await loads.share(name, load, (value) => entries.write(name, value, ttlMs)));
    },
    close: async () => {
      loads.forgetAll();
      entries.clear();
    },
  };
};

type Entries = {
  /** The entry and not its value: null and undefined are values like any other. */
  find(name: string): Entry | undefined;
  write(name: string, value: unknown, ttlMs: number): void;
  remove(name: string): void;
  clear(): void;
};

/** A map keeps the order of insertion, so the entry used least recently is the first one. */
const createEntries = ({ maxEntries, clock }: Required<MemoryCacheOptions>): Entries => {
  const entries = new Map<string, Entry>();
  return {
    find: (name) => {
      const entry = entries.get(name);
      if (entry === undefined) return undefined;
      entries.delete(name);
      if (entry.expiresAt <= clock.now()) return undefined;
      entries.set(name, entry);
      return entry;
    },
    write: (name, value, ttlMs) => {
      entries.delete(name);
      entries.set(name, { value, expiresAt: clock.now() + ttlMs });
      const oldest = entries.keys().next();
      if (entries.size > maxEntries && oldest.done !== true) entries.delete(oldest.value);
    },
    remove: (name) => void entries.delete(name),
    clear: () => entries.clear(),
  };
};

type Loads = {
  /** One load for all who ask while it runs. `keep` gets the answer unless it was forgotten meanwhile. */
  share(name: string, load: () => Promise<unknown>, keep: (value: unknown) => void): Promise<unknown>;
  /** The load that runs may read what is old by now: its callers get that, nobody else does. */
  forget(name: string): void;
  forgetAll(): void;
};

const createLoads = (): Loads => {
  const running = new Map<string, Promise<unknown>>();
  return {
    share: (name, load, keep) => {
      const started = running.get(name);
      if (started !== undefined) return started;
      const isWanted = (): boolean => running.get(name) === answer;
      const answer: Promise<unknown> = load()
        .then((value) => {
          if (isWanted()) keep(value);
          return value;
        })
        .finally(() => isWanted() && running.delete(name));
      running.set(name, answer);
      return answer;
    },
    forget: (name) => void running.delete(name),
    forgetAll: () => running.clear(),
  };
};
