import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { WallPlan } from '../model.ts';
import { randomPopulation } from './random-population.ts';

const contentsOf = (walls: readonly WallPlan[]) =>
  walls.map(({ ownerId, refusal, content }) => {
    const { posts, commentsOf, lastId, postIdOf } = content();
    return { ownerId, refusal, posts, comments: posts.flatMap(({ id }) => commentsOf(id)), lastId, postIdOf };
  });

const bytesOf = (seed: number): string => {
  const { people, communities, walls, overview } = randomPopulation(seed);
  return JSON.stringify([people.all, communities, overview, contentsOf(walls)]);
};

const seeds = Array.from({ length: 30 }, (_, seed) => seed);

describe('random population', () => {
  test('when the seed is the same, then every byte is, and another seed gives another world', () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        expect(bytesOf(seed)).toBe(bytesOf(seed));
        expect(bytesOf(seed + 1)).not.toBe(bytesOf(seed));
      }),
      { numRuns: 2 },
    );
  });

  test('whatever the seed, then sizes are in bounds, ids are unique and follow time, and trees have two levels', () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const { overview, walls } = randomPopulation(seed);
        expect(overview.length).toBeGreaterThanOrEqual(1);
        expect(overview.length).toBeLessThanOrEqual(6);
        expect(new Set(walls.map(({ ownerId }) => ownerId)).size).toBe(walls.length);
        expect(walls.every(({ ownerId }) => Number.isSafeInteger(ownerId))).toBe(true);
        for (const { posts, comments, lastId, postIdOf } of contentsOf(walls)) {
          const byId = new Map(comments.map((comment) => [comment.id, comment]));
          expect(posts.length).toBeLessThanOrEqual(60);
          expect(posts.filter(({ isPinned }) => isPinned).length).toBeLessThanOrEqual(1);
          expect(new Set([...byId.keys(), ...posts.map(({ id }) => id)]).size).toBe(comments.length + posts.length);
          const inOrder = comments.toSorted((a, b) => a.id - b.id).map(({ date }) => date);
          expect(inOrder).toEqual(inOrder.toSorted((a, b) => a - b));
          const isSound = comments.every(({ id, postId, rootId, replyToId }) => {
            const root = byId.get(rootId ?? -1);
            const answered = byId.get(replyToId ?? -1);
            const isInPlace =
              rootId === null
                ? replyToId === null
                : root?.rootId === null && root.postId === postId && rootId < id && answered?.postId === postId && answered.id < id;
            return isInPlace && postId < id && id <= lastId && postIdOf(id) === postId;
          });
          expect(isSound).toBe(true);
        }
      }),
      { numRuns: 5 },
    );
  });

  test('when many seeds are looked at, then every kind of wall, post, counter, thread, text and author is among them', () => {
    const worlds = seeds.map((seed) => randomPopulation(seed));
    const contents = worlds.flatMap(({ walls }) => contentsOf(walls));
    const posts = contents.flatMap((wall) =>
      wall.posts.map((post) => ({ post, of: wall.comments.filter(({ postId }) => postId === post.id) })),
    );
    const comments = contents.flatMap((wall) => wall.comments);
    const repliesOf = contents.map((wall) => Map.groupBy(wall.comments, ({ rootId }) => rootId));
    const threads = new Set(repliesOf.flatMap((roots) => [...roots].filter(([root]) => root !== null).map(([, { length }]) => length)));

    expect([...new Set(worlds.flatMap(({ overview }) => overview.map(({ kind }) => kind)))].toSorted()).toEqual(
      [
        'community',
        'page',
        'event',
        'user',
        'empty',
        'closed',
        'private',
        'privateUser',
        'deleted',
        'banned',
        'deletedUser',
        'blocked',
        'off',
      ].toSorted(),
    );
    expect([...new Set(contents.flatMap(({ refusal }) => refusal?.code ?? []))].toSorted((a, b) => a - b)).toEqual([15, 18, 19, 30, 203]);
    expect(new Set(posts.map(({ post }) => post.commentsAccess))).toEqual(new Set(['open', 'closed', 'readonly']));
    expect(new Set(posts.map(({ post }) => post.commentsRefusal?.code))).toEqual(new Set([undefined, 15, 210, 212]));
    const isThere = (look: (it: (typeof posts)[number]) => boolean): boolean => posts.some(look);
    expect(isThere(({ post, of }) => post.claimedComments > of.length)).toBe(true);
    expect(isThere(({ post, of }) => post.claimedComments < of.length)).toBe(true);
    expect(isThere(({ post, of }) => post.claimedComments === 0 && of.length > 0)).toBe(false);
    expect(isThere(({ post }) => post.copyOf !== undefined && post.donutPlaceholder === undefined)).toBe(true);
    expect(isThere(({ post }) => post.isPinned === true)).toBe(true);
    expect(isThere(({ of }) => of.filter(({ rootId }) => rootId === null).length > 250)).toBe(true);
    expect(isThere(({ post }) => post.id > 2 ** 31)).toBe(true);

    for (const length of [1, 10, 11]) expect(threads).toContain(length);
    expect(Math.max(...threads)).toBeGreaterThan(100);
    const isAliveUnderStub = (wall: (typeof contents)[number], at: number): boolean =>
      wall.comments.some(({ id, isDeleted }) => isDeleted && repliesOf[at]?.get(id)?.some((reply) => !reply.isDeleted) === true);
    expect(contents.some(isAliveUnderStub)).toBe(true);
    expect(comments.some(({ text }) => text.includes('\u0000'))).toBe(true);
    expect(comments.some(({ text }) => !text.isWellFormed())).toBe(true);
    expect(comments.some(({ text, attachments }) => text === '' && attachments.length > 0)).toBe(true);
    expect(comments.some(({ text }) => /\[id\d+\|/.test(text))).toBe(true);
    expect(comments.some(({ donutPlaceholder }) => donutPlaceholder !== undefined)).toBe(true);
    expect(comments.some(({ fromId }) => fromId < 0)).toBe(true);
    expect(comments.some(({ fromId }) => fromId > 2 ** 52)).toBe(true);
    // Worlds are small: a reader is tried on many of them in little time.
    expect(comments.length / worlds.length).toBeGreaterThan(200);
    expect(comments.length / worlds.length).toBeLessThan(1_500);
  });
});
