import { expect, test } from '@jest/globals';
import { type WallCounts, lowerBoundOf } from './lower-bound.ts';

const post = (roots: number, ...long: readonly number[]): WallCounts['posts'][number] => ({ roots, long });
const times = <T>(count: number, make: () => T): T[] => Array.from({ length: count }, make);

/**
 * By hand: 1 call lists the 4 posts; the empty one needs none; 3 comments are 1 call; 250 are 3 (100 + 100 + 50); 100 are 1, and
 * of its three long threads 11 replies leave 1 (1 call), 110 leave 100 (1 call), 111 leave 101 (2 calls). 1 + 0 + 1 + 3 + 1 + 4 = 10.
 */
const SMALL: WallCounts = { posts: [post(0), post(3), post(250), post(100, 11, 110, 111)] };

test('when a small wall is counted by hand, then its 10 calls fit in one request', () => {
  expect(lowerBoundOf([SMALL])).toBe(1);
});

test('when walls are read together, then their calls share requests: 5 × 10 calls are 2, one more call is a third', () => {
  expect(lowerBoundOf(times(5, () => SMALL))).toBe(2);
  expect(lowerBoundOf([...times(5, () => SMALL), { posts: [post(0)] }])).toBe(3);
});

test('when a wall has 101 posts without comments, then listing them takes two calls', () => {
  expect(lowerBoundOf([...times(12, () => ({ posts: times(101, () => post(0)) })), { posts: [] }])).toBe(1);
  expect(lowerBoundOf(times(13, () => ({ posts: times(101, () => post(0)) })))).toBe(2);
});
