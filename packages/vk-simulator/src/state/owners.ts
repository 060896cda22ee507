import type { Community, Person } from '../population/model.ts';
import type { Population } from '../population/population.ts';

export type Owner = { readonly kind: 'person'; readonly person: Person } | { readonly kind: 'community'; readonly community: Community };

/** People and communities of all populations; where two have the same id or name, the earlier one is found. */
export type Owners = {
  /** Finds short names as well as `id1`, `club1`, `public1`, `event1`. */
  resolve(screenName: string): Owner | undefined;
  person(id: number): Person | undefined;
  /** By positive id. */
  community(id: number): Community | undefined;
  settle(population: Population): void;
};

export const createOwners = (): Owners => {
  const populations: Population[] = [];
  const byId = new Map<number, Community>();
  const byName = new Map<string, Community>();

  const person = (id: number): Person | undefined => firstOf(populations, ({ people }) => people.byId(id));
  const personNamed = (name: string): Person | undefined =>
    firstOf(populations, ({ people }) => people.byScreenName(name)) ?? person(numberAfter(name, /^id(\d+)$/));
  const communityNamed = (name: string): Community | undefined =>
    byName.get(name) ?? byId.get(numberAfter(name, /^(?:club|public|event)(\d+)$/));

  return {
    person,
    community: (id) => byId.get(id),
    resolve: (screenName) => {
      const name = screenName.toLowerCase();
      const community = communityNamed(name);
      if (community !== undefined) return { kind: 'community', community };
      const named = personNamed(name);
      return named === undefined ? undefined : { kind: 'person', person: named };
    },
    settle: (population) => {
      populations.push(population);
      for (const community of population.communities) {
        if (!byId.has(community.id)) byId.set(community.id, community);
        if (!byName.has(community.screenName)) byName.set(community.screenName, community);
      }
    },
  };
};

const numberAfter = (name: string, pattern: RegExp): number => Number(pattern.exec(name)?.[1]);

const firstOf = <T, R>(items: readonly T[], look: (item: T) => R | undefined): R | undefined => {
  for (const item of items) {
    const found = look(item);
    if (found !== undefined) return found;
  }
  return undefined;
};
