import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { WallContent } from './model.ts';
import { createPopulation } from './population.ts';
import { tailWall } from './tail-wall.ts';

const contentOf = (seed: number, posts: number): WallContent => {
  const wall = tailWall({ screenName: 'tail', ownerId: -9, posts, seed });
  const plan = createPopulation({ seed: 1, walls: [wall] }).walls.find(({ ownerId }) => ownerId === -9);
  if (plan === undefined) throw new Error('The wall is not there.');
  return plan.content();
};

const sum = (counts: readonly number[]): number => counts.reduce((total, count) => total + count, 0);

describe('tail wall', () => {
  test('whatever the seed, then the mean is 14, a fifth of the posts is quiet, and few posts have most of the comments', () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const { posts, shapeOf } = contentOf(seed, 3_000);
        const sizes = posts.map(({ claimedComments }) => claimedComments);
        const shapes = posts.flatMap(({ id }) => shapeOf?.(id) ?? []);
        const replies = shapes.flatMap((shape) => shape.replies);
        expect(sum(sizes) / posts.length).toBeCloseTo(14, 0);
        expect(sizes.filter((size) => size === 0).length / posts.length).toBeGreaterThan(0.15);
        expect(sizes.filter((size) => size === 0).length / posts.length).toBeLessThan(0.25);
        expect(Math.max(...sizes)).toBeGreaterThan(300);
        expect(Math.max(...sizes)).toBeLessThanOrEqual(5_000);
        expect(sum(replies) / sum(sizes)).toBeGreaterThan(0.25);
        expect(sum(replies) / sum(sizes)).toBeLessThan(0.4);
        expect(replies.filter((count) => count > 10).length).toBeGreaterThan(50);
      }),
      { numRuns: 2 },
    );
  });

  test('when posts are read, then their counts and shapes are exact, and each id leads back to its post', () => {
    const { posts, commentsOf, shapeOf, postIdOf, lastId } = contentOf(5, 300);
    const all = posts.flatMap(({ id, claimedComments }) => {
      const comments = commentsOf(id);
      expect(comments.length).toBe(claimedComments);
      const threads = Map.groupBy(comments, ({ rootId }) => rootId);
      const replies = comments.filter(({ rootId }) => rootId === null).map((root) => threads.get(root.id)?.length ?? 0);
      expect(shapeOf?.(id)).toEqual({ roots: replies.length, replies: replies.filter((count) => count > 0) });
      expect(postIdOf(id)).toBeUndefined();
      return comments;
    });
    expect(new Set([...all, ...posts].map(({ id }) => id)).size).toBe(all.length + posts.length);
    expect(all.every(({ id, postId }) => postIdOf(id) === postId && id <= lastId)).toBe(true);
    expect(commentsOf(lastId + 1)).toEqual([]);
    expect([postIdOf(0), postIdOf(lastId + 1)]).toEqual([undefined, undefined]);
  });

  test('when a post was forgotten and is read again, then it is the same', () => {
    const { posts, commentsOf } = contentOf(6, 300);
    const loud = posts.find(({ claimedComments }) => claimedComments > 5)?.id ?? 0;
    const before = commentsOf(loud);
    expect(commentsOf(loud)).toBe(before);
    for (const { id } of posts) commentsOf(id);
    expect(commentsOf(loud)).not.toBe(before);
    expect(commentsOf(loud)).toEqual(before);
  });
});
