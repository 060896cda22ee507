import type { Community, WallPlan } from '../model.ts';
import { type Random, createRandom } from '../random.ts';
import type { Population } from '../population.ts';
import { contentOf } from '../wall-content.ts';
import { type Inhabitants, inhabit } from './inhabitants.ts';
import { makeRandomWall } from './random-wall.ts';
import { type WallKind, communityKinds, isReadable, ownerOf, pickKind, refusalOf } from './wall-kinds.ts';

/** A small world made by chance, and what stands where in it. */
export type RandomPopulation = Population & {
  readonly overview: readonly { readonly ownerId: number; readonly screenName: string; readonly kind: WallKind }[];
};

/**
 * One to six walls of every kind, of no to sixty posts, with discussions of every shape. The same seed gives the same
 * bytes; the owners of different seeds are different ones up to a million seeds, so that several fit in one simulator.
 */
export const randomPopulation = (seed: number): RandomPopulation => {
  const random = createRandom(seed, 'population');
  const kinds = Array.from({ length: random.int(1, 6) }, (_, index) => pickKind(random, index === 0));
  const place = placeOf(seed);
  const overview = kinds.map((kind, index) => ({ kind, ...ownerOf(kind, { place, index, random }) }));
  const inhabitants = inhabit(random, { place, owners: overview });
  return {
    overview,
    people: inhabitants.people,
    communities: [...overview.flatMap((wall) => communityOf(random, wall)), ...inhabitants.neighbours],
    walls: [...overview.map((wall) => planOf(wall, { seed, random, inhabitants })), ...inhabitants.neighbours.map(wallThatIsOff)],
  };
};

const PLACES = 1_000_000;

const placeOf = (seed: number): number => ((Math.trunc(seed) % PLACES) + PLACES) % PLACES;

type Outline = RandomPopulation['overview'][number];

const communityOf = (random: Random, { kind, ownerId, screenName }: Outline): Community[] => {
  if (ownerId > 0) return [];
  const state = communityKinds[kind];
  const type = kind === 'page' || kind === 'event' ? kind : 'group';
  const members = random.int(2, 90_000);
  return [{ id: -ownerId, screenName, name: `Сообщество ${screenName}`, type, isClosed: 0, members, description: '', ...state }];
};

type PlanDeps = { readonly seed: number; readonly random: Random; readonly inhabitants: Inhabitants };

const planOf = ({ kind, ownerId, screenName }: Outline, { seed, random, inhabitants }: PlanDeps): WallPlan => {
  const refusal = refusalOf(kind, random);
  const maxPosts = kind === 'empty' ? 0 : random.pick([3, 12, 25, 60]);
  const content = () => makeRandomWall({ seed, ownerId, maxPosts, minPosts: Math.min(maxPosts, isReadable(kind) ? 1 : 0), inhabitants });
  return { ownerId, screenName, content, ...(refusal === undefined ? {} : { refusal }) };
};

const wallThatIsOff = ({ id, screenName }: Community): WallPlan => ({
  ownerId: -id,
  screenName,
  refusal: { code: 15, detail: 'wall is disabled' },
  content: () => contentOf([], []),
});
