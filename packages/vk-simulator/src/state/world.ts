import type { DeepWall } from '../population/deep-wall.ts';
import type { Community, Person, WallPlan } from '../population/model.ts';
import { createPopulation } from '../population/population.ts';
import { contentOf } from '../population/wall-content.ts';
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
};

export type Owner = { readonly kind: 'person'; readonly person: Person } | { readonly kind: 'community'; readonly community: Community };

export type WorldOptions = { readonly seed: number; readonly walls?: readonly DeepWall[] };

export const createWorld = (options: WorldOptions): World => {
  const { people, communities, walls: plans } = createPopulation(options);
  const byId = new Map(communities.map((community) => [community.id, community]));
  const byName = new Map(communities.map((community) => [community.screenName, community]));
  const walls = new Map(plans.map((plan) => [plan.ownerId, createWall(plan)]));

  const personNamed = (name: string): Person | undefined => people.byScreenName(name) ?? people.byId(numberAfter(name, /^id(\d+)$/));
  const communityNamed = (name: string): Community | undefined =>
    byName.get(name) ?? byId.get(numberAfter(name, /^(?:club|public|event)(\d+)$/));

  const wallOf = (ownerId: number): Wall | undefined => {
    const person = walls.has(ownerId) ? undefined : people.byId(ownerId);
    if (person !== undefined) walls.set(ownerId, createWall(wallOfPerson(person)));
    return walls.get(ownerId);
  };

  return {
    wallOf,
    walls: () => plans.flatMap(({ ownerId }) => walls.get(ownerId) ?? []),
    person: people.byId,
    community: (id) => byId.get(id),
    resolve: (screenName) => {
      const name = screenName.toLowerCase();
      const community = communityNamed(name);
      if (community !== undefined) return { kind: 'community', community };
      const person = personNamed(name);
      return person === undefined ? undefined : { kind: 'person', person };
    },
  };
};

/** People of the crowd write elsewhere: what one can meet on their own walls is a closed door. */
const wallOfPerson = ({ id, screenName, isClosed, deactivated }: Person): WallPlan => {
  const refusal = deactivated !== undefined ? ({ code: 18 } as const) : isClosed ? ({ code: 30 } as const) : undefined;
  return { ownerId: id, screenName, content: () => contentOf([], []), ...(refusal === undefined ? {} : { refusal }) };
};

const numberAfter = (name: string, pattern: RegExp): number => Number(pattern.exec(name)?.[1]);
