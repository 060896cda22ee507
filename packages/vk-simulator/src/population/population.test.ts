import { createHash } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { WallContent } from './model.ts';
import { createPopulation } from './population.ts';
import { DEMO_WALL } from './special-walls.ts';

const contentOf = (seed: number, ownerId: number): WallContent => {
  const plan = createPopulation({ seed }).walls.find((wall) => wall.ownerId === ownerId);
  if (plan === undefined) throw new Error(`There is no wall ${ownerId}`);
  return plan.content();
};

const digest = (seed: number): string => {
  const { people, communities, walls } = createPopulation({
    seed,
    walls: [{ screenName: 'deep', ownerId: -7, posts: 3, topLevelPerPost: 20, repliesPerThread: 2 }],
  });
  const contents = walls.map(({ ownerId, content }) => {
    const { posts, commentsOf, lastId } = content();
    return { ownerId, posts, comments: posts.map(({ id }) => commentsOf(id)), lastId };
  });
  return createHash('sha256')
    .update(JSON.stringify([people.all, communities, contents]))
    .digest('hex');
};

const commentsOf = ({ posts, commentsOf: of }: WallContent) => posts.flatMap(({ id }) => of(id));

describe('population', () => {
  test('when the seed is the same, then every byte is, and another seed gives another town', () => {
    expect(digest(1)).toBe(digest(1));
    expect(digest(2)).not.toBe(digest(1));
  });
});

describe('demo wall', () => {
  test('whatever the seed, then there are enough posts, comments and long threads to show the product', () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const wall = contentOf(seed, DEMO_WALL.ownerId);
        const comments = commentsOf(wall);
        const threads = Map.groupBy(
          comments.filter(({ rootId }) => rootId !== null),
          ({ rootId }) => rootId,
        );
        expect(wall.posts.length).toBeGreaterThanOrEqual(120);
        expect(comments.length).toBeGreaterThanOrEqual(2_500);
        expect(comments.length).toBeLessThanOrEqual(3_000);
        expect([...threads.values()].filter((thread) => thread.length > 10).length).toBeGreaterThanOrEqual(20);
        expect(Math.max(...wall.posts.map(({ id }) => wall.commentsOf(id).length))).toBeGreaterThan(300);
      }),
      { numRuns: 15 },
    );
  });

  test('whatever the seed, then ids follow time and every reply follows its root and what it answers', () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const wall = contentOf(seed, DEMO_WALL.ownerId);
        const comments = commentsOf(wall).toSorted((a, b) => a.id - b.id);
        const byId = new Map(comments.map((comment) => [comment.id, comment]));
        expect(new Set([...byId.keys(), ...wall.posts.map(({ id }) => id)]).size).toBe(comments.length + wall.posts.length);
        expect(comments.map(({ date }) => date)).toEqual(comments.map(({ date }) => date).toSorted((a, b) => a - b));
        for (const { id, rootId, replyToId, postId } of comments) {
          expect(postId).toBeLessThan(id);
          if (rootId === null || replyToId === null) continue;
          expect(rootId).toBeLessThan(id);
          expect(byId.get(rootId)).toMatchObject({ rootId: null, postId });
          expect(replyToId).toBeLessThan(id);
          expect(byId.get(replyToId)).toMatchObject({ postId });
        }
      }),
      { numRuns: 5 },
    );
  });

  test('when the texts are read, then moods, languages, links, mentions, hashtags and duplicates are there', () => {
    const comments = commentsOf(contentOf(1, DEMO_WALL.ownerId));
    const shareOf = (pattern: RegExp): number => comments.filter(({ text }) => pattern.test(text)).length / comments.length;
    expect(shareOf(/спасибо|красота|рекомендую|супер|отличн/i)).toBeGreaterThan(0.08);
    expect(shareOf(/ужас|позор|кошмар|невозможно|гряз|безобрази|хам|надоел|достали|стыд|жалоб|худш/i)).toBeGreaterThan(0.05);
    expect(shareOf(/\p{Extended_Pictographic}/u)).toBeGreaterThan(0.1);
    expect(shareOf(/^\[id\d+\|/)).toBeGreaterThan(0.1);
    for (const rare of [/https?:\/\//, /#\p{L}/u, /[іїє]/i, /[әғқңөұү]/i, /^[a-z ,.!?]+$/i]) expect(shareOf(rare)).toBeGreaterThan(0.002);
    expect(shareOf(/\{\w+\}/)).toBe(0);
    expect(new Set(comments.map(({ text }) => text)).size / comments.length).toBeGreaterThan(0.6);
    expect(comments.filter(({ text, attachments }) => text === '' && attachments.length > 0).length).toBeGreaterThan(20);
    expect(comments.filter(({ fromId }) => fromId === DEMO_WALL.ownerId).length).toBeGreaterThan(20);
    expect(comments.filter(({ fromId }) => fromId < 0 && fromId !== DEMO_WALL.ownerId).length).toBeGreaterThan(10);
    expect(comments.filter(({ fromId }) => fromId > 2 ** 32).length).toBeGreaterThan(10);
    expect(comments.filter(({ isDeleted }) => isDeleted).length).toBeGreaterThan(5);
  });
});

describe('deep wall', () => {
  const wall = { screenName: 'deep', ownerId: -7, posts: 200, topLevelPerPost: 3, repliesPerThread: 2 };
  const content = createPopulation({ seed: 1, walls: [wall] })
    .walls.find(({ ownerId }) => ownerId === -7)
    ?.content();

  test('when a post was forgotten and is read again, then it is the same', () => {
    const first = content?.posts[0]?.id ?? 0;
    const before = content?.commentsOf(first);
    for (const { id } of content?.posts ?? []) content?.commentsOf(id);
    expect(content?.commentsOf(first)).not.toBe(before);
    expect(content?.commentsOf(first)).toEqual(before);
  });

  test('when every post is read, then there are exactly as many comments as ordered, and each id leads back to its post', () => {
    const comments = (content?.posts ?? []).flatMap(({ id }) => content?.commentsOf(id) ?? []);
    expect(comments.length).toBe(200 * 3 * 3);
    expect(new Set(comments.map(({ id }) => id)).size).toBe(comments.length);
    for (const { id, postId } of comments) expect(content?.postIdOf(id)).toBe(postId);
    for (const { id } of content?.posts ?? []) expect(content?.postIdOf(id)).toBeUndefined();
  });
});
