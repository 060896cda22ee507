import type { DeepWall } from './deep-wall.ts';
import type { Community, Person, Refusal } from './model.ts';
import { SOMEBODY } from './trap-builder.ts';
import { NAMED, TRAPS_OWNER } from './traps.ts';

/** The wall to show and to try things on: a town's community with thousands of comments. */
export const DEMO_WALL = { screenName: 'severorechensk', ownerId: -1_000_001 } as const;

/** Walls that stand for one situation each. */
export const SPECIAL_WALLS = {
  /** Closed community: error 15 for who is no member. */
  closed: { screenName: 'closed', ownerId: -1_000_002 },
  /** Community banned by VK: error 18. */
  banned: { screenName: 'banned', ownerId: -1_000_003 },
  /** Content blocked: error 19. */
  blocked: { screenName: 'blocked', ownerId: -1_000_004 },
  /** Person who closed the profile: error 30. */
  privateUser: { screenName: 'private_user', ownerId: 2_000_005 },
  /** Person banned by VK: error 18. */
  bannedUser: { screenName: 'banned_user', ownerId: 2_000_003 },
  /** Posts whose comments can't be read: error 212. */
  noComments: { screenName: 'no_comments', ownerId: -1_000_006 },
  /** A page without posts. */
  empty: { screenName: 'empty', ownerId: -1_000_007 },
  /** A person's wall. Its posts and comments have the same ids as those of `traps`. */
  user: { screenName: 'user_wall', ownerId: 2_000_008 },
  /** One post per trap: see `TRAP_POSTS`. */
  traps: { screenName: 'traps', ownerId: TRAPS_OWNER },
  /** One post with 1,240 comments and no replies: 13 pages. */
  pages: { screenName: 'pages', ownerId: -1_000_010 },
  /** Small, and there under VK's name for it: a wall that everybody may read, on which tokens are tried. */
  apiClub: { screenName: 'apiclub', ownerId: -1_000_012 },
  /** A community whose wall is switched off: error 15. */
  disabled: { screenName: 'wall_is_off', ownerId: -1_000_011 },
  /** A person whose id has 15 digits. */
  longId: { screenName: 'long_id', ownerId: NAMED.long },
} as const;

export const deepWalls: readonly DeepWall[] = [
  { ...SPECIAL_WALLS.pages, posts: 1, topLevelPerPost: 1_240 },
  { ...SPECIAL_WALLS.apiClub, posts: 3, topLevelPerPost: 4, repliesPerThread: 1 },
];

const CLOSED = 'this wall available only for community members';

export const refusals: readonly (Refusal & { readonly ownerId: number; readonly screenName: string })[] = [
  { ...SPECIAL_WALLS.closed, code: 15, detail: CLOSED },
  { ...SPECIAL_WALLS.banned, code: 18 },
  { ...SPECIAL_WALLS.blocked, code: 19 },
  { ...SPECIAL_WALLS.privateUser, code: 30 },
  { ...SPECIAL_WALLS.bannedUser, code: 18 },
  { ...SPECIAL_WALLS.disabled, code: 15, detail: 'wall is disabled' },
];

const community = (
  wall: { readonly screenName: string; readonly ownerId: number },
  name: string,
  rest: Partial<Community> = {},
): Community => ({
  id: -wall.ownerId,
  screenName: wall.screenName,
  name,
  type: 'group',
  isClosed: 0,
  members: 1_200,
  description: '',
  ...rest,
});

/** Communities that own the walls. */
export const makeSpecialCommunities = (): Community[] => [
  community(DEMO_WALL, 'Подслушано в Северореченске', { members: 48_213, description: 'Новости, вопросы и разговоры жителей города.' }),
  community(SPECIAL_WALLS.closed, 'Закрытый клуб', { isClosed: 1 }),
  community(SPECIAL_WALLS.banned, 'Заблокированное сообщество', { deactivated: 'banned' }),
  community(SPECIAL_WALLS.blocked, 'Содержимое заблокировано'),
  community(SPECIAL_WALLS.noComments, 'Без комментариев'),
  community(SPECIAL_WALLS.empty, 'Пустая страница', { type: 'page', members: 3 }),
  community(SPECIAL_WALLS.traps, 'Ловушки'),
  community(SPECIAL_WALLS.pages, 'Много страниц'),
  community(SPECIAL_WALLS.apiClub, 'Клуб для тех, кто читает по API'),
  community(SPECIAL_WALLS.disabled, 'Стена выключена'),
];

/** The owner of a wall that the caller asked for. */
export const communityOf = (wall: Pick<DeepWall, 'screenName' | 'ownerId'>): Community => community(wall, `Стена ${wall.screenName}`);

const person = (id: number, screenName: string, rest: Partial<Person> = {}): Person => ({
  id,
  screenName,
  firstName: 'Анна',
  lastName: 'Северная',
  sex: 1,
  city: 'Северореченск',
  isClosed: false,
  ...rest,
});

const gone = { firstName: 'DELETED', lastName: '', sex: 0, city: '', deactivated: 'deleted' } as const;

/** People that tests can name. */
export const makeSpecialPeople = (): Person[] => [
  person(SPECIAL_WALLS.bannedUser.ownerId, SPECIAL_WALLS.bannedUser.screenName, {
    firstName: 'Виктор',
    lastName: 'Изгнанный',
    sex: 2,
    deactivated: 'banned',
  }),
  person(SPECIAL_WALLS.privateUser.ownerId, SPECIAL_WALLS.privateUser.screenName, { lastName: 'Скрытная', isClosed: true }),
  person(SPECIAL_WALLS.user.ownerId, SPECIAL_WALLS.user.screenName, { firstName: 'Пётр', lastName: 'Стеновой', sex: 2 }),
  person(SOMEBODY, `id${SOMEBODY}`),
  person(NAMED.deleted, `id${NAMED.deleted}`, gone),
  person(NAMED.banned, `id${NAMED.banned}`, { firstName: 'Глеб', lastName: 'Спамов', sex: 2, deactivated: 'banned' }),
  person(NAMED.long, SPECIAL_WALLS.longId.screenName, { firstName: 'Долгий', lastName: 'Номер', sex: 2 }),
];
