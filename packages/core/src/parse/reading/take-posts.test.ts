import { describe, expect, test } from '@jest/globals';
import type { KnownPost } from '@otklik/contracts';
import { newFrontier } from '../frontier/frontier.ts';
import { aPlan } from '../testing/a-plan.ts';
import { aPost } from '../testing/pages.ts';
import { isSettled, takePosts } from './take-posts.ts';

const HOUR = 3_600_000;
const published = new Date('2026-01-01T00:00:00Z');
const post = aPost('1', { date: published, commentsClaimed: 5 });
const plan = aPlan({ settledAfterMs: 72 * HOUR });
const readAfter = (hours: number, more: Partial<KnownPost> = {}): KnownPost => ({
  postId: '1',
  readAt: new Date(published.getTime() + hours * HOUR),
  claimed: 5,
  collected: 5,
  state: 'complete',
  withThreads: true,
  ...more,
});

describe('whether a post has to be read again', () => {
  test('when it was old enough when it was read, and nothing has moved, then not', () => {
    expect(isSettled(post, readAfter(72), plan)).toBe(true);
  });

  test('when it was young then, then once more, however old it is now', () => {
    expect(isSettled(post, readAfter(71), plan)).toBe(false);
  });

  test.each<Partial<KnownPost>>([
    { claimed: 4 },
    { claimed: 6 },
    { state: 'cut' },
    { state: 'error' },
    { withThreads: false },
    { collected: 0 },
  ])('when it was read otherwise than it would be now (%j), then yes', (more) => {
    expect(isSettled(post, readAfter(1_000, more), plan)).toBe(false);
  });

  test('when replies are not wanted, then it does not matter whether they were read', () => {
    expect(isSettled(post, readAfter(1_000, { withThreads: false }), { ...plan, withThreads: false })).toBe(true);
  });

  test('when everything shall be read, then yes', () => {
    expect(isSettled(post, readAfter(1_000), aPlan({ settledAfterMs: null }))).toBe(false);
  });
});

describe('posts that were listed', () => {
  const context = (known?: KnownPost) => ({ plan, known: () => known, isOnlyTarget: false, now: 0, isNamed: () => false });

  test('when VK counts no comments, then nothing is asked, unless there were some before: they are gone', () => {
    const empty = { ...post, commentsClaimed: 0 };
    expect(takePosts(newFrontier(), [empty], context()).frontier).toMatchObject({ posts: [], uncounted: { posts: ['-1_1'] } });
    expect(takePosts(newFrontier(), [empty], context(readAfter(1_000))).frontier.posts).toHaveLength(1);
    expect(takePosts(newFrontier(), [empty], context(readAfter(1_000, { claimed: 0 }))).frontier.posts).toEqual([]);
  });

  test('when a post comes again while it is open, then it stands there once', () => {
    const { frontier, harvest } = takePosts(newFrontier(), [post, post], context());
    expect([frontier.posts.length, harvest.posts.length]).toEqual([1, 2]);
  });

  test('when comments are hidden, then it is closed, or paid, with the code that reading would get', () => {
    const hidden = { ...post, canReadComments: false };
    const [closed, paid] = [hidden, { ...hidden, isPaid: true }].map((one) => takePosts(newFrontier(), [one], context()));
    expect(closed?.harvest.postReads).toMatchObject([{ state: 'closed', vkCode: 212, claimed: 5 }]);
    expect(paid?.harvest.postReads).toMatchObject([{ state: 'donut', vkCode: 212 }]);
    expect(closed?.frontier.failures).toMatchObject({ total: 1, posts: [{ ref: '-1_1', vkCode: 212 }] });
  });
});
