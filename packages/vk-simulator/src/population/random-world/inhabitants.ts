import type { Community, Person } from '../model.ts';
import { type People, makePerson, peopleOf } from '../people.ts';
import type { Random } from '../random.ts';
import type { WallKind } from './wall-kinds.ts';

/** Everybody who writes in a small world. */
export type Inhabitants = {
  readonly people: People;
  /** Communities that write under posts of others. */
  readonly neighbours: readonly Community[];
  /** Authors of whom VK shows no profile. */
  readonly strangers: readonly number[];
};

type Owner = { readonly kind: WallKind; readonly ownerId: number; readonly screenName: string };

const CROWD = 24;
const FIRST_ID = 100_000_000;
const LONG_ID = 9_007_199_200_000_000;

const gone = { firstName: 'DELETED', lastName: '', sex: 0, city: '', deactivated: 'deleted' } as const;

/** The owners who are people, and a crowd with short ids, long ones, and some whose pages are gone. */
export const inhabit = (random: Random, { place, owners }: { readonly place: number; readonly owners: readonly Owner[] }): Inhabitants => ({
  people: peopleOf(
    owners.filter(({ ownerId }) => ownerId > 0).map((owner) => ownerAsPerson(random, owner)),
    Array.from({ length: CROWD }, (_, index) => makeNeighbour(random, { place, index })),
  ),
  neighbours: Array.from({ length: 2 }, (_, index) => makeCommunity(place, index)),
  strangers: [1, 2].map((index) => 3_000_000_000 + place * 100 + index),
});

const ownerAsPerson = (random: Random, { kind, ownerId, screenName }: Owner): Person => {
  const { deactivated: _byChance, ...person } = makePerson(random, ownerId);
  const named = { ...person, firstName: 'Хозяин', lastName: 'Стены', screenName, isClosed: kind === 'privateUser' };
  return kind === 'deletedUser' ? { ...named, ...gone } : named;
};

const makeNeighbour = (random: Random, { place, index }: { readonly place: number; readonly index: number }): Person => {
  const id = (index % 8 === 5 ? LONG_ID : FIRST_ID) + place * CROWD + index;
  const person = makePerson(random, id);
  if (index === 1) return { ...person, ...gone };
  return index === 2 ? { ...person, deactivated: 'banned' } : person;
};

const makeCommunity = (place: number, index: number): Community => ({
  id: 10_000_000 + place * 20 + 10 + index,
  screenName: `neighbour_${place}_${index}`,
  name: `Соседи ${index + 1}`,
  type: index === 0 ? 'group' : 'page',
  isClosed: 0,
  members: 100,
  description: '',
});
