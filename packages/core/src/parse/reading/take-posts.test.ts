import { describe, expect, test } from '@jest/globals';
import type { KnownPost } from '@otklik/contracts';
import { aPlan } from '../testing/a-plan.ts';
import { aPost } from '../testing/pages.ts';
import { isSettled } from './take-posts.ts';

const HOUR = 3_600_000;
const known: KnownPost = { postId: '1', readAt: new Date(72 * HOUR), claimed: 5, collected: 5, state: 'complete', withThreads: true };
const post = aPost('1', { commentsClaimed: 5 });
const plan = aPlan({ settledAfterMs: 72 * HOUR });

describe('whether a post is read again', () => {
  test('when it was read whole at an age of 72 h and its counter stands, then not', () => {
    expect(isSettled(post, known, plan)).toBe(true);
    expect(isSettled(post, { ...known, collected: 3 }, plan)).toBe(true);
    expect(isSettled(post, known, { ...plan, withThreads: false })).toBe(true);
  });

  test.each<[string, Partial<KnownPost>]>([
    ['its counter went down', { claimed: 6 }],
    ['its counter went up', { claimed: 4 }],
    ['it was younger when it was read', { readAt: new Date(72 * HOUR - 1) }],
    ['only as many comments were read as were wanted', { state: 'cut' }],
    ['VK did not give it', { state: 'error' }],
    ['its replies were not read', { withThreads: false }],
    ['VK counted comments and showed none', { collected: 0 }],
  ])('when %s, then it is', (_, of) => {
    expect(isSettled(post, { ...known, ...of }, plan)).toBe(false);
  });

  test('when everything is ordered, then it is', () => {
    expect(isSettled(post, known, { ...plan, settledAfterMs: null })).toBe(false);
  });
});
