import { makeDemoWall } from './demo-wall.ts';
import { type DeepWall, makeDeepWall } from './deep-wall.ts';
import type { Community, WallContent, WallPlan } from './model.ts';
import { type People, createPeople, makeNeighbours } from './people.ts';
import { DEMO_WALL, SPECIAL_WALLS, communityOf, deepWalls, makeSpecialCommunities, makeSpecialPeople, refusals } from './special-walls.ts';
import { type Said, type Trap, buildTrap } from './trap-builder.ts';
import { trapList } from './traps.ts';
import { type TailWall, makeTailWall } from './tail-wall.ts';
import { contentOf } from './wall-content.ts';

export type Population = {
  readonly people: People;
  readonly communities: readonly Community[];
  readonly walls: readonly WallPlan[];
};

/** Walls whose size the caller chooses. */
export type OrderedWall = DeepWall | TailWall;

export type PopulationOptions = {
  readonly seed: number;
  /** Walls on top of the built-in ones. */
  readonly walls?: readonly OrderedWall[];
};

/** Who lives here and what is on the walls. Walls make their content when somebody first looks. */
export const createPopulation = ({ seed, walls = [] }: PopulationOptions): Population => {
  const people = createPeople(seed, makeSpecialPeople());
  const neighbours = makeNeighbours();
  const neighbourIds = neighbours.map(({ id }) => id);
  return {
    people,
    communities: [...makeSpecialCommunities(), ...neighbours, ...walls.map(communityOf)],
    walls: [
      { ...DEMO_WALL, content: () => makeDemoWall({ seed, ownerId: DEMO_WALL.ownerId, people, neighbours: neighbourIds }) },
      ...[...deepWalls, ...walls].map((wall): WallPlan => ({ ...wall, content: () => makeOrderedWall(wall, { seed, people }) })),
      ...fixedWalls(),
      ...refusals.map(({ ownerId, screenName, ...refusal }): WallPlan => ({ ownerId, screenName, refusal, content: nothing })),
      ...neighbours.map(({ id, screenName }): WallPlan => ({
        ownerId: -id,
        screenName,
        refusal: { code: 15, detail: 'wall is disabled' },
        content: nothing,
      })),
    ],
  };
};

const makeOrderedWall = (wall: OrderedWall, deps: { readonly seed: number; readonly people: People }): WallContent =>
  'meanComments' in wall ? makeTailWall(wall, { ...deps, seed: wall.seed ?? deps.seed }) : makeDeepWall(wall, deps);

const nothing = (): WallContent => contentOf([], []);

const fixedWalls = (): WallPlan[] => [
  { ...SPECIAL_WALLS.traps, content: () => wallOfTraps(trapList, SPECIAL_WALLS.traps.ownerId) },
  { ...SPECIAL_WALLS.user, content: () => wallOfTraps(userPosts, SPECIAL_WALLS.user.ownerId) },
  { ...SPECIAL_WALLS.longId, content: () => wallOfTraps(userPosts.slice(0, 1), SPECIAL_WALLS.longId.ownerId) },
  { ...SPECIAL_WALLS.noComments, content: () => wallOfTraps(withoutComments, SPECIAL_WALLS.noComments.ownerId) },
  { ...SPECIAL_WALLS.empty, content: nothing },
];

const wallOfTraps = (traps: readonly Trap[], ownerId: number): WallContent => {
  const built = traps.map((trap, index) => buildTrap(trap, index, ownerId));
  return contentOf(
    built.map(({ post }) => post),
    built.flatMap(({ comments }) => comments),
  );
};

const greetings: readonly Said[] = [
  { text: 'С днём рождения!', replies: [{ text: 'Спасибо, дорогая 😊' }] },
  { text: 'Счастья и здоровья!' },
];

const userPosts: readonly Trap[] = [
  { post: { text: 'Мне сегодня сорок' }, says: greetings },
  {
    post: { text: 'Фото с рыбалки' },
    says: [{ text: 'Вот это щука!' }, { text: 'Где ловили?', replies: [{ text: 'Места знать надо)' }] }],
  },
];

const withoutComments: readonly Trap[] = [
  { post: { text: 'Обсуждать нечего', commentsAccess: 'closed' }, says: [] },
  { post: { text: 'Обсудили и хватит', commentsAccess: 'closed', claimedTooMuch: 12 }, says: [] },
];
