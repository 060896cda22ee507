import type { Clock } from '@otklik/shared';

/** Whether somebody who is asked again and again has answered all the time. */
export type Presence = {
  answered(): void;
  /** An answer did not come, or the connection broke. */
  missed(): void;
  /** For how long answers have come without a gap, in ms. 0: none came of late. */
  sinceMs(): number;
};

/** `gapMs`: silence for longer is an absence, also when it was us who did not ask because we stood still. */
export const createPresence = ({ clock, gapMs }: { readonly clock: Clock; readonly gapMs: number }): Presence => {
  let first: number | undefined;
  let last = 0;
  const isPresent = (): boolean => first !== undefined && clock.now() - last <= gapMs;
  return {
    answered: () => {
      if (!isPresent()) first = clock.now();
      last = clock.now();
    },
    missed: () => {
      first = undefined;
    },
    sinceMs: () => (first !== undefined && isPresent() ? clock.now() - first : 0),
  };
};
