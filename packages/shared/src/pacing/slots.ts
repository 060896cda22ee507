import type { PaceLimit } from './pacing.ts';

/** A time at which one request may start, reserved. */
export type Slot = {
  readonly kind: 'slot';
  /** By the clock of this process. */
  readonly at: number;
  /** The request started so much later: what follows has to keep its distance from then. The last word counts. */
  late(byMs: number): void;
  /** Resolves when others can have it. */
  giveBack(): Promise<void>;
};

/** No slot is near enough to be reserved; there may be one in so many milliseconds. */
export type NoSlotYet = { readonly kind: 'later'; readonly ms: number };

/** Where slots are kept: for one process or for all. */
export type Slots = {
  take(key: string, limit: PaceLimit): Promise<Slot | NoSlotYet>;
  slower(key: string, ms: number): Promise<void>;
  close(): void;
};
