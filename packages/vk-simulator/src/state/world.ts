import { type LiveMode, createLiveMode } from '../live/live-mode.ts';
import { POPULATION_END } from '../population/demo-wall.ts';
import type { Person, WallPlan } from '../population/model.ts';
import type { Population } from '../population/population.ts';
import { contentOf } from '../population/wall-content.ts';
import { type Change, createJournal } from './journal.ts';
import { type Owners, createOwners } from './owners.ts';
import { type VirtualClock, createVirtualClock } from './virtual-clock.ts';
import { type Wall, createWall } from './wall.ts';

/** Everything that VK's methods can be asked about. */
export type World = Omit<Owners, 'settle'> & {
  /** Negative for communities. */
  wallOf(ownerId: number): Wall | undefined;
  /** Those that somebody planned; not the empty ones of the crowd. */
  walls(): readonly Wall[];
  /** More people, communities and walls beside those that are here; what is here already stays as it is. */
  settle(population: Population): void;
  /** Begins where the population ends. */
  readonly clock: VirtualClock;
  readonly live: LiveMode;
  /** What happened on a wall after the change numbered `since`. */
  changesOf(ownerId: number, since: number): readonly Change[];
};

export const createWorld = (first: Population): World => {
  const clock = createVirtualClock(POPULATION_END * 1_000);
  const journal = createJournal(clock);
  const owners = createOwners();
  const walls = new Map<number, Wall>();
  const planned = new Set<number>();

  const settle = (population: Population): void => {
    owners.settle(population);
    for (const plan of population.walls) {
      if (planned.has(plan.ownerId)) continue;
      planned.add(plan.ownerId);
      walls.set(plan.ownerId, createWall(plan, journal));
    }
  };
  settle(first);

  const wallOf = (ownerId: number): Wall | undefined => {
    const owner = walls.has(ownerId) ? undefined : owners.person(ownerId);
    if (owner !== undefined) walls.set(ownerId, createWall(wallOfPerson(owner), journal));
    return walls.get(ownerId);
  };

  return {
    ...owners,
    wallOf,
    walls: () => [...planned].flatMap((ownerId) => walls.get(ownerId) ?? []),
    settle,
    clock,
    live: createLiveMode({ clock, wallOf }),
    changesOf: journal.of,
  };
};

/** People of the crowd write elsewhere: what one can meet on their own walls is a closed door. */
const wallOfPerson = ({ id, screenName, isClosed, deactivated }: Person): WallPlan => {
  const refusal = deactivated !== undefined ? ({ code: 18 } as const) : isClosed ? ({ code: 30 } as const) : undefined;
  return { ownerId: id, screenName, content: () => contentOf([], []), ...(refusal === undefined ? {} : { refusal }) };
};
