import { describe, expect, test } from '@jest/globals';
import type { KnownPost } from '@otklik/contracts';
import { type OpenWall, newFrontier, newWall } from '../frontier/frontier.ts';
import { aPlan } from '../testing/a-plan.ts';
import { aPost, aPostsPage } from '../testing/pages.ts';
import { refusePin, takePin } from './take-pin.ts';

const LISTED_SINCE = 1_000_000;
const asked = { kind: 'pin', ref: '-1', read: { kind: 'posts', ownerId: '-1', offset: 0, count: 1 } } as const;
const pinned = aPost('50', { isPinned: true });
const readAt = (ms: number, more: Partial<KnownPost> = {}): KnownPost => ({
  postId: '50',
  readAt: new Date(ms),
  claimed: 1,
  collected: 1,
  state: 'complete',
  withThreads: true,
  ...more,
});

/** Posts opened by a look at a wall of which 100 to 61 were listed of late. */
const opened = (
  more: Partial<OpenWall> = {},
  {
    known,
    post = pinned,
    plan = aPlan(),
  }: { readonly known?: KnownPost; readonly post?: typeof pinned; readonly plan?: ReturnType<typeof aPlan> } = {},
) => {
  const recent = Array.from({ length: 40 }, (_, index) => String(100 - index));
  const wall = { ...newWall('-1', '-1'), recent, listedSince: LISTED_SINCE, isPinDue: true as const, ...more };
  const context = { plan, known: () => known, isNamed: () => false, isOnlyTarget: false, now: 0 };
  const { frontier } = takePin({ ...newFrontier(), walls: [wall] }, { asked, page: aPostsPage([post]), context });
  expect(frontier.walls).toMatchObject([{ isPinDue: undefined }]);
  return frontier.posts.length;
};

describe('a look at the pinned post of a wall that is being listed', () => {
  test('when the list did not come to its place yet, then it is read, whatever was known of it', () => {
    expect(opened()).toBe(1);
    expect(opened({}, { known: readAt(LISTED_SINCE - 1) })).toBe(1);
  });

  test('when it was listed, or stood first before, then not again', () => {
    expect(opened({}, { post: aPost('70', { isPinned: true }) })).toBe(0);
    expect(opened({ pinnedIds: ['50'] })).toBe(0);
    expect(opened({ recent: [] }, { known: readAt(LISTED_SINCE + 1) })).toBe(0);
  });

  test('when it can not be told whether it was listed, then it is read unless reading it would bring nothing', () => {
    expect(opened({ recent: [] })).toBe(1);
    expect(opened({ recent: [] }, { known: readAt(LISTED_SINCE - 1) })).toBe(1);
    const plan = aPlan({ settledAfterMs: 0 });
    expect(opened({ recent: [] }, { known: readAt(LISTED_SINCE - 1), plan })).toBe(0);
    expect(opened({ recent: [] }, { known: readAt(LISTED_SINCE - 1, { claimed: 9 }), plan })).toBe(1);
  });

  test('when it is not wanted, or none is pinned, then nothing is read', () => {
    expect(opened({}, { plan: aPlan({ window: { since: new Date(1), until: null, maxPosts: null } }) })).toBe(0);
    expect(opened({ selected: 5 }, { plan: aPlan({ window: { since: null, until: null, maxPosts: 5 } }) })).toBe(0);
    expect(opened({}, { post: aPost('50') })).toBe(0);
  });

  test('when VK does not say which it is, then nothing waits for it', () => {
    const wall = { ...newWall('-1', '-1'), isPinDue: true as const };
    expect(refusePin({ ...newFrontier(), walls: [wall] }, asked).frontier.walls).toMatchObject([{ isPinDue: undefined }]);
  });
});
