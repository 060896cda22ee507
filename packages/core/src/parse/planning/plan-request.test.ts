import { describe, expect, test } from '@jest/globals';
import { type Frontier, type Level, type OpenPost, newFrontier, newLevel, newWall } from '../frontier/frontier.ts';
import { aPlan } from '../testing/a-plan.ts';
import type { Asked } from './asked.ts';
import { isWorthSending, planRequest } from './plan-request.ts';

const post = (postId: number, levels: Level[] | null = null): OpenPost => ({
  ownerId: '-1',
  postId: String(postId),
  claimed: 14,
  read: 0,
  levels,
});
const posts = (count: number): OpenPost[] => Array.from({ length: count }, (_, index) => post(index + 1));
const open = (more: Partial<Frontier>): Frontier => ({ ...newFrontier(), ...more });
const listed = { ...newWall('wall', '-1'), offset: 90, count: 2_000, total: 2_000 };
const plan = (frontier: Frontier, { room = 25, inFlight = [] }: { readonly room?: number; readonly inFlight?: readonly Asked[] } = {}) =>
  planRequest({ frontier, room, inFlight, plan: aPlan() });
const kinds = (asked: readonly Asked[]): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const { kind } of asked) counts[kind] = (counts[kind] ?? 0) + 1;
  return counts;
};

describe('what the next request asks for', () => {
  test('when a wall was not looked at yet, then its first page alone', () => {
    const asked = plan(open({ walls: [newWall('wall', '-1')] }));
    expect(asked).toMatchObject([{ kind: 'listing', isAhead: false, read: { ownerId: '-1', offset: 0, count: 100 } }]);
  });

  test('when few posts are open, then the next page of the wall and as many posts as fit', () => {
    expect(kinds(plan(open({ walls: [listed], posts: posts(90) })))).toEqual({ listing: 5, level: 19, pin: 1 });
  });

  test('when enough posts are open, then no page of the wall is asked for', () => {
    expect(kinds(plan(open({ walls: [listed], posts: posts(300) })))).toEqual({ level: 25 });
  });

  test('when pages of the wall bring hardly anything to read, then many are asked for at once, each behind the other', () => {
    const asked = plan(open({ walls: [listed], postsPerPage: 1 }));
    const pages = asked.flatMap((one) => (one.kind === 'listing' ? [one] : []));
    expect(pages.map(({ read }) => read.offset)).toEqual(Array.from({ length: 22 }, (_, index) => 90 + 90 * index));
    expect(pages.map(({ isAhead }) => isAhead)).toEqual([false, ...Array.from({ length: 21 }, () => true)]);
  });

  test('when pages of a wall are asked for behind the first, then it is looked behind them which post is pinned, in a full request as well', () => {
    const looks = (asked: readonly Asked[]) => asked.map(({ kind }) => kind).lastIndexOf('pin');
    const full = plan(open({ walls: [listed], posts: posts(100) }));
    expect([full.length, looks(full)]).toEqual([25, 24]);
    expect(looks(plan(open({ walls: [newWall('wall', '-1')] })))).toBe(-1);
    expect(looks(plan(open({ walls: [listed] }), { inFlight: full.slice(-1) }))).toBe(-1);
  });

  test('when one of both is on its way, then a wall is neither listed further nor looked at: the older answer could come last', () => {
    const due = open({ walls: [{ ...listed, isPinDue: true as const }] });
    const [look] = plan(due, { room: 1 });
    const [page] = plan(open({ walls: [listed] }), { room: 1 });
    for (const one of [look, page]) expect(plan(due, { room: 1, inFlight: one === undefined ? [] : [one] })).toEqual([]);
  });

  test('when a look could not go with the page, or stands out when all is listed, then it comes next', () => {
    const due = { ...listed, isPinDue: true as const };
    expect(plan(open({ walls: [due] }), { room: 1 })).toMatchObject([{ kind: 'pin', read: { offset: 0, count: 1 } }]);
    expect(plan(open({ walls: [{ ...due, isListed: true }] }))).toMatchObject([{ kind: 'pin' }]);
    expect(plan(open({ walls: [listed] }), { room: 1 })).toMatchObject([{ kind: 'listing' }]);
  });

  test('when something is in flight, then it is not asked for again', () => {
    const frontier = open({ walls: [listed], posts: posts(10), wanted: ['-2_5'] });
    const inFlight = plan(frontier);
    expect(kinds(inFlight)).toMatchObject({ listing: expect.any(Number), level: 10, lookup: 1 });
    expect(plan(frontier, { inFlight })).toEqual([]);
  });

  test('when posts are begun, then their levels come before posts that are not', () => {
    const begun = post(99, [newLevel('7'), { ...newLevel(null), anchors: ['9'], seen: 100 }]);
    const asked = plan(open({ posts: [...posts(30), begun] }), { room: 3 });
    expect(asked.map(({ read }) => ('postId' in read ? [read.postId, read.rootId] : null))).toEqual([
      ['99', '7'],
      ['99', null],
      ['1', null],
    ]);
  });
});

describe('slots that are left over', () => {
  const long = (seen: number): OpenPost => post(1, [{ ...newLevel(null), anchors: ['100'], seen, total: 10_000 }]);

  test('when a post is long, then its next pages are asked for together, each beginning with the last comment of the one before', () => {
    const asked = plan(open({ posts: [long(100)] }));
    expect(asked).toHaveLength(25);
    expect(asked[0]).toMatchObject({ isAhead: false, read: { startCommentId: '100', offset: 0, count: 100 } });
    expect(asked[24]).toMatchObject({ isAhead: true, read: { startCommentId: '100', offset: 24 * 99, count: 100 } });
  });

  test('when the end is near, then no more pages than the level has', () => {
    expect(plan(open({ posts: [long(9_900)] }))).toHaveLength(2);
    expect(plan(open({ posts: [long(9_901)] }))).toHaveLength(1);
  });

  test('when there are several long posts, then they share the slots', () => {
    const other = { ...long(100), postId: '2' };
    const asked = plan(open({ posts: [long(100), other] }), { room: 10 });
    expect(asked.filter(({ read }) => 'postId' in read && read.postId === '2')).toHaveLength(5);
  });

  test('when a page was too heavy, then the level is asked for in smaller pages, one at a time', () => {
    const heavy = post(1, [{ ...newLevel(null), anchors: ['100'], seen: 100, total: 10_000, pageSize: 50 }]);
    expect(plan(open({ posts: [heavy] }))).toMatchObject([{ read: { count: 50 } }]);
  });

  test('when only so many comments are wanted of each post, then no page has more', () => {
    const asked = planRequest({ frontier: open({ posts: posts(1) }), room: 25, inFlight: [], plan: aPlan({ maxComments: 7 }) });
    expect(asked).toMatchObject([{ read: { count: 7 } }]);
  });
});

describe('posts to find by number', () => {
  test('when there are many, then a hundred are looked for with one read', () => {
    const wanted = Array.from({ length: 130 }, (_, index) => `-5_${index + 1}`);
    expect(plan(open({ wanted })).map(({ read }) => ('keys' in read ? read.keys.length : null))).toEqual([100, 30]);
  });

  test('when VK denied access to a post, then it is looked for, too', () => {
    const denied = { ...post(8, []), fault: { state: 'private', vkCode: 15 } as const };
    expect(plan(open({ posts: [denied] }))).toMatchObject([{ kind: 'lookup', read: { keys: [{ ownerId: '-1', postId: '8' }] } }]);
  });
});

test('when a request would be half empty and answers are on their way, then it waits for them', () => {
  const [one] = plan(open({ posts: posts(1) }));
  if (one === undefined) throw new Error('nothing was planned');
  expect(isWorthSending([one], 25, [one])).toBe(false);
  expect(isWorthSending([one], 25, [])).toBe(true);
  expect(isWorthSending([one], 2, [one])).toBe(true);
  expect(isWorthSending([], 25, [])).toBe(false);
});
