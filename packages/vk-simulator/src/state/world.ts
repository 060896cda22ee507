import { type LiveMode, createLiveMode } from '../live/live-mode.ts';
import { POPULATION_END } from '../population/demo-wall.ts';
import type { Community, Person, WallPlan } from '../population/model.ts';
import type { Population } from '../population/population.ts';
import { contentOf } from '../population/wall-content.ts';
import { type Change, createJournal } from './journal.ts';
import { type VirtualClock, createVirtualClock } from './virtual-clock.ts';
import { type Wall, createWall } from './wall.ts';

/** Everything that VK's methods can be asked about. */
export type World = {
  /** Negative for communities. */
  wallOf(ownerId: number): Wall | undefined;
  /** Those that somebody planned; not the empty ones of the crowd. */
  walls(): readonly Wall[];
  /** Finds short names as well as `id1`, `club1`, `public1`, `event1`. */
  resolve(screenName: string): Owner | undefined;
  person(id: number): Person | undefined;
  /** By positive id. */
  community(id: number): Community | undefined;
  /** More people, communities and walls beside those that are here. */
  settle(population: Population): void;
  /** Begins where the population ends. */
  readonly clock: VirtualClock;
  readonly live: LiveMode;
  /** What happened on a wall after the change numbered `since`. */
  changesOf(ownerId: number, since: number): readonly Change[];
};

export type Owner = { readonly kind: 'person'; readonly person: Person } | { readonly kind: 'community'; readonly community: Community };

/** Several populations live side by side; where two have the same owner or name, the earlier one is asked. */
export const createWorld = (first: Population): World => {
  const clock = createVirtualClock(POPULATION_END * 1_000);
  const journal = createJournal(clock);
  const populations: Population[] = [];
  const byId = new Map<number, Community>();
  const byName = new Map<string, Community>();
  const walls = new Map<number, Wall>();

  const settle = (population: Population): void => {
    populations.push(population);
    for (const community of population.communities) {
      if (!byId.has(community.id)) byId.set(community.id, community);
      if (!byName.has(community.screenName)) byName.set(community.screenName, community);
    }
    for (const plan of population.walls) if (!walls.has(plan.ownerId)) walls.set(plan.ownerId, createWall(plan, journal));
  };
  settle(first);

  const person = (id: number): Person | undefined => firstOf(populations, ({ people }) => people.byId(id));
  const personNamed = (name: string): Person | undefined =>
    firstOf(populations, ({ people }) => people.byScreenName(name)) ?? person(numberAfter(name, /^id(\d+)$/));
  const communityNamed = (name: string): Community | undefined =>
    byName.get(name) ?? byId.get(numberAfter(name, /^(?:club|public|event)(\d+)$/));

  const wallOf = (ownerId: number): Wall | undefined => {
    const owner = walls.has(ownerId) ? undefined : person(ownerId);
    if (owner !== undefined) walls.set(ownerId, createWall(wallOfPerson(owner), journal));
    return walls.get(ownerId);
  };

  return {
    wallOf,
    walls: () => populations.flatMap((population) => population.walls).flatMap(({ ownerId }) => walls.get(ownerId) ?? []),
    person,
    community: (id) => byId.get(id),
    settle,
    clock,
    live: createLiveMode({ clock, wallOf }),
    changesOf: journal.of,
    resolve: (screenName) => {
      const name = screenName.toLowerCase();
      const community = communityNamed(name);
      if (community !== undefined) return { kind: 'community', community };
      const named = personNamed(name);
      return named === undefined ? undefined : { kind: 'person', person: named };
    },
  };
};

/** People of the crowd write elsewhere: what one can meet on their own walls is a closed door. */
const wallOfPerson = ({ id, screenName, isClosed, deactivated }: Person): WallPlan => {
  const refusal = deactivated !== undefined ? ({ code: 18 } as const) : isClosed ? ({ code: 30 } as const) : undefined;
  return { ownerId: id, screenName, content: () => contentOf([], []), ...(refusal === undefined ? {} : { refusal }) };
};

const numberAfter = (name: string, pattern: RegExp): number => Number(pattern.exec(name)?.[1]);

const firstOf = <T, R>(items: readonly T[], look: (item: T) => R | undefined): R | undefined => {
  for (const item of items) {
    const found = look(item);
    if (found !== undefined) return found;
  }
  return undefined;
};
