import { describe, expect, test } from '@jest/globals';
import { VkApiError } from '@otklik/shared';
import { type Level, type OpenPost, newFrontier, newLevel } from '../frontier/frontier.ts';
import { nextPage } from '../planning/plan-levels.ts';
import { aPlan } from '../testing/a-plan.ts';
import { aComment, aPage } from '../testing/pages.ts';
import type { CommentsPage } from '../vk-reads.ts';
import { refuseLevel, takeLevel } from './take-level.ts';

const plan = aPlan();
const known: OpenPost = { ownerId: '-1', postId: '1', claimed: 3, read: 0, isKnown: true, levels: null };
const taken = (page: CommentsPage, { post = known, level = newLevel(null) }: { readonly post?: OpenPost; readonly level?: Level } = {}) => {
  const asked = nextPage({ post, level }, plan);
  return takeLevel({ ...newFrontier(), posts: [post] }, { asked, page, plan });
};
/** The parts of the post that the page proves to be read completely: what is stored of them and not named there is gone. */
const proven = (...of: Parameters<typeof taken>) => taken(...of).harvest?.levels?.map((level) => level.rootId) ?? [];

describe('what a page of a post that was read before proves', () => {
  const empty = aPage([], { levelCount: 0 });

  test('when VK shows no comment of a post and counts none, then all that was stored of it is gone', () => {
    expect(proven(empty, { post: { ...known, claimed: 0 } })).toEqual([null]);
    expect(proven(aPage([]), { post: { ...known, claimed: 0 } })).toEqual([]);
  });

  test.each([newLevel(null), newLevel('5')])(
    'when it shows none and counts some, then it is asked once more before that is believed',
    (level) => {
      const first = taken(empty, { post: { ...known, levels: [level] }, level });
      expect(first.harvest?.levels).toEqual([]);
      const [open] = first.frontier.posts;
      expect(open?.levels).toEqual([{ ...level, wasEmpty: true }]);
      expect(proven(empty, { post: open ?? known, level })).toEqual([level.rootId]);
      expect(proven(aPage(['6'], { levelCount: 1 }), { post: open ?? known, level })).toContain(level.rootId);
    },
  );

  test('when VK says nothing of the replies of a comment, then none of them is gone', () => {
    const threads = [
      { root: aComment('1'), replyCount: 0, replies: [] },
      { root: aComment('2'), replyCount: null, replies: [] },
      { root: aComment('3'), replyCount: 2, replies: [aComment('4')] },
    ];
    expect(proven(aPage([], { threads, levelCount: 3 }))).toEqual([null, '1']);
  });
});

describe('when VK refuses a page', () => {
  const refusedAt = (level: Level) => {
    const post = { ...known, read: level.seen, levels: [level] };
    const error = new VkApiError('VK calls a parameter wrong or missing.', { vkCode: 100, vkClass: 'bug', method: 'wall.getComments' });
    return refuseLevel({ ...newFrontier(), posts: [post] }, { asked: nextPage({ post, level }, plan), error, plan }).frontier;
  };

  test('because it knows the comment no more that the page begins with, then the one before is tried, then the start, once', () => {
    expect(refusedAt({ ...newLevel(null), anchors: ['9', '8'], seen: 200 }).posts[0]?.levels).toMatchObject([{ anchors: ['8'] }]);
    expect(refusedAt({ ...newLevel(null), anchors: ['8'], seen: 200 }).posts).toMatchObject([
      { read: 0, levels: [{ anchors: [], seen: 0, hasRestarted: true }] },
    ]);
    const last = refusedAt({ ...newLevel(null), anchors: ['8'], seen: 200, hasRestarted: true });
    expect(last).toMatchObject({ posts: [], failures: { posts: [{ ref: '-1_1', vkCode: 100 }] } });
  });

  test('that begins with no comment, then that is final', () => {
    expect(refusedAt(newLevel(null))).toMatchObject({ posts: [], failures: { posts: [{ ref: '-1_1', vkCode: 100 }] } });
  });
});
