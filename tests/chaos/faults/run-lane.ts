import { setTimeout as pause } from 'node:timers/promises';
import type { PlannedFault } from '../plan/make-plan.ts';
import type { FaultContext } from './fault.ts';
import { faults } from './faults.ts';

type LaneOptions = FaultContext & {
  readonly lane: readonly PlannedFault[];
  /** The load is over: what is left of the lane is left out. */
  isOver(): boolean;
  note(line: string): void;
};

/** The faults of a lane, one after the other. Each is lifted before the next, and before this resolves. */
export const runLane = async ({ lane, site, fleet, isOver, note }: LaneOptions): Promise<number> => {
  let made = 0;
  for (const { kind, afterMs, holdMs, target } of lane) {
    await pause(afterMs);
    if (isOver()) break;
    const fault = await make({ kind, target, site, fleet, note });
    if (fault === undefined) continue;
    made += 1;
    note(`fault ${kind}: ${fault.told}${holdMs > 0 ? ` for ${(holdMs / 1_000).toFixed(1)} s` : ''}`);
    try {
      await pause(holdMs);
    } finally {
      await fault.lift();
    }
  }
  return made;
};

type Making = FaultContext & Pick<PlannedFault, 'kind' | 'target'> & Pick<LaneOptions, 'note'>;

/** Another lane may have taken away what this one needs to break something. */
const make = async ({ kind, target, site, fleet, note }: Making) => {
  try {
    return await faults[kind]({ site, fleet }, target);
  } catch (thrown) {
    note(`fault ${kind} could not be made: ${String(thrown)}`);
    return undefined;
  }
};
