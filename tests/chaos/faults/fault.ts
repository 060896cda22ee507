import type { Fleet } from '../site/fleet.ts';
import type { Site } from '../site/open-site.ts';

export type FaultContext = { readonly site: Site; readonly fleet: Fleet };

/** A fault that was made: what a person reads about it, and how it is lifted. */
export type MadeFault = {
  readonly told: string;
  lift(): Promise<void>;
};

/** Breaks something. `target` (0 ≤ x < 1) chooses among what there is; undefined: there is nothing to break now. */
export type MakeFault = (context: FaultContext, target: number) => Promise<MadeFault | undefined>;

/** Whatever is left out. */
export const isOver = async (): Promise<void> => undefined;

/** The one that `target` points to. */
export const pointedTo = <T>(list: readonly T[], target: number): T | undefined => list[Math.floor(target * list.length)];
