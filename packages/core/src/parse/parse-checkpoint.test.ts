import { expect, test } from '@jest/globals';
import { createPageSize } from './page-size.ts';
import { ParseCheckpoint, newCheckpoint } from './parse-checkpoint.ts';
import { makeSteps } from './parse-step.ts';
import { aPage, aPost, aPostsPage } from './testing/pages.ts';
import { type SingleCalls, turnsOfSingleCalls } from './single-calls.ts';

const MAX_BYTES = 131_072;

/** A wall of any length, all of whose posts are closed but the first of each page, which has threads all over. */
const posts: SingleCalls['posts'] = async ({ offset, count }) =>
  aPostsPage(
    Array.from({ length: count }, (_, index) => aPost(String(10_000_000 - offset - index), { canReadComments: index === 0 })),
    10_000_000,
  );
const comments: SingleCalls['comments'] = async ({ rootId, count }) => {
  const { threads, ...rest } = aPage(Array.from({ length: count }, (_, index) => String(index)));
  return { ...rest, threads: threads.map((thread) => ({ ...thread, replyCount: rootId === null ? 1_000 : 0 })) };
};

test('when a wall has tens of thousands of posts, most of them closed, then the checkpoint stays small', async () => {
  const plan = { postId: null, window: { since: null, until: null, maxPosts: null }, withThreads: true };
  const resolveWall = async (): Promise<never> => Promise.reject(new Error('not asked'));
  const vk = turnsOfSingleCalls({ resolveWall, posts, comments, post: async () => aPostsPage([]) }).of('workspace');
  const steps = makeSteps({ vk, plan, pageSize: createPageSize(), signal: new AbortController().signal });
  let at = newCheckpoint('-1');
  let largest = 0;
  for (let page = 0; page < 300; page += 1) {
    const listed = (await steps.listPosts(at)).next;
    const read = listed.pending.length === 0 ? listed : (await steps.readComments(listed)).next;
    largest = Math.max(largest, ...[listed, read].map((one) => Buffer.byteLength(JSON.stringify(ParseCheckpoint.parse(one)))));
    at = { ...read, page: [], pending: [], current: null };
  }
  expect(at.failedPosts).toHaveLength(1_000);
  expect(at.wall.offset).toBeGreaterThan(25_000);
  expect(largest).toBeLessThan(MAX_BYTES);
});
