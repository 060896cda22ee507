import { LRUCache } from 'lru-cache';
import type { Labels, Place } from './cache-labels.ts';

export type MemoryEntry = {
  readonly value: unknown;
  readonly isNegative: boolean;
  /** Times of the cache's clock. */
  readonly storedAt: number;
  readonly freshUntil: number;
  readonly place: Place;
};

/** Values in this process, bounded by their size. Knows nothing of times: it finds whatever is there. */
export type MemoryTier = {
  /** 0: it holds nothing. */
  readonly maxBytes: number;
  find(name: string): MemoryEntry | undefined;
  /** `bytes`: of its text. */
  write(name: string, entry: MemoryEntry, bytes: number): void;
  remove(name: string): void;
  drop(labels: Labels): void;
  clear(): void;
  size(): { readonly bytes: number; readonly entries: number };
};

/** What an entry costs besides its value, names and index included, and each group beyond the two of every one. Measured. */
const ENTRY_BYTES = 900;
const GROUP_BYTES = 320;
const COMMON_GROUPS = 2;

/** The entry that was used least recently goes first. */
export const createMemoryTier = ({ maxBytes }: { readonly maxBytes: number }): MemoryTier => {
  const index = createIndex();
  const entries = new LRUCache<string, MemoryEntry>({
    maxSize: maxBytes,
    dispose: ({ place }, name) => index.remove(name, place),
  });
  return {
    maxBytes,
    find: (name) => entries.get(name),
    write: (name, entry, bytes) => {
      entries.set(name, entry, { size: bytes + overheadOf(entry.place) });
      if (entries.has(name)) index.add(name, entry.place);
    },
    remove: (name) => void entries.delete(name),
    drop: ({ entries: single, groups }) => {
      for (const label of [...single, ...groups]) for (const name of index.namesOf(label)) entries.delete(name);
    },
    clear: () => entries.clear(),
    size: () => ({ bytes: entries.calculatedSize, entries: entries.size }),
  };
};

const overheadOf = ({ groups }: Place): number => ENTRY_BYTES + GROUP_BYTES * Math.max(0, groups.length - COMMON_GROUPS);

/** Which names a label stands for, so that dropping one does not look at all there is. */
const createIndex = () => {
  const names = new Map<string, Set<string>>();
  return {
    add: (name: string, { entry, groups }: Place): void => {
      for (const label of [entry, ...groups]) {
        const found = names.get(label);
        if (found === undefined) names.set(label, new Set([name]));
        else found.add(name);
      }
    },
    remove: (name: string, { entry, groups }: Place): void => {
      for (const label of [entry, ...groups]) {
        const found = names.get(label);
        found?.delete(name);
        if (found?.size === 0) names.delete(label);
      }
    },
    namesOf: (label: string): readonly string[] => [...(names.get(label) ?? [])],
  };
};

/** Holds nothing: for a cache that is in Redis alone. */
export const noMemory: MemoryTier = {
  maxBytes: 0,
  find: () => undefined,
  write: () => undefined,
  remove: () => undefined,
  drop: () => undefined,
  clear: () => undefined,
  size: () => ({ bytes: 0, entries: 0 }),
};
