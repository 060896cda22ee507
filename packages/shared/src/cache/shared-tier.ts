import type { Labels, Place } from './cache-labels.ts';

/** What stands under a place that all processes see. */
export type SharedEntry = {
  /** JSON; undefined when there is none. */
  readonly text: string | undefined;
  /** Until it is removed. */
  readonly leftMs: number;
  /** Ours is the load: nobody else begins one while it lasts. */
  readonly token: string | undefined;
};

/** Values that all processes see. Never rejects: `AWAY`, false or nothing while the store can't be used. */
export type SharedTier = {
  /** `lockMs`: when nothing is there with more than `freshMs` left, try to become the one who loads. */
  lookUp(place: Place, wanted: { readonly freshMs: number; readonly lockMs?: number }): Promise<SharedEntry | 'away'>;
  /** Keeps what was loaded under a token; not when the value was dropped or set meanwhile. */
  store(place: Place, token: string, entry: { readonly text: string; readonly keepMs: number }): Promise<void>;
  /** The load came to nothing; somebody else may try. */
  release(place: Place, token: string): Promise<void>;
  set(place: Place, entry: { readonly text: string; readonly keepMs: number }): Promise<void>;
  /** Drops for all processes and tells them; made up for later while the store is away. */
  drop(labels: Labels): Promise<void>;
  /** True while what others drop may not be heard of. */
  isDeaf(): boolean;
  close(): void;
};

/** Holds nothing, and leaves every load to whoever asks: for a cache in memory alone. */
export const noSharedTier: SharedTier = {
  lookUp: async (_place, { lockMs }) => ({ text: undefined, leftMs: 0, token: lockMs === undefined ? undefined : 'mine' }),
  store: async () => undefined,
  release: async () => undefined,
  set: async () => undefined,
  drop: async () => undefined,
  isDeaf: () => false,
  close: () => undefined,
};
