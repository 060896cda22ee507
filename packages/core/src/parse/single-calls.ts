import type { PostKey, WallRow } from '@otklik/contracts';
import { VkApiError } from '@otklik/shared';
import type { CommentsPage, CommentsRead, PostsPage, PostsRead, VkOfWorkspaces, VkRead, VkReadAnswer, VkTurn } from './vk-reads.ts';

/** A client of VK that makes one call for each question, paces itself, and knows one token. */
export type SingleCalls = {
  resolveWall(ref: string, signal: AbortSignal): Promise<WallRow>;
  posts(request: Omit<PostsRead, 'kind'>, signal: AbortSignal): Promise<PostsPage>;
  post(key: PostKey, signal: AbortSignal): Promise<PostsPage>;
  comments(request: Omit<CommentsRead, 'kind'>, signal: AbortSignal): Promise<CommentsPage>;
};

/** Makes turns of single calls: each has room for one read, and comes when the one before is over. */
export const turnsOfSingleCalls = (calls: SingleCalls): VkOfWorkspaces => ({
  of: () => {
    let free = Promise.resolve();
    const turn = async (signal: AbortSignal): Promise<VkTurn> => {
      const before = free;
      const own = Promise.withResolvers<void>();
      free = own.promise;
      await before;
      if (signal.aborted) own.resolve();
      signal.throwIfAborted();
      const send: VkTurn['send'] = async (reads, aborted) => {
        try {
          const answers: VkReadAnswer[] = [];
          for (const read of reads) answers.push(await answerTo(calls, read, aborted));
          return { answers, requests: reads.length };
        } finally {
          own.resolve();
        }
      };
      return { room: 1, send, giveBack: own.resolve };
    };
    return { resolveWall: calls.resolveWall, turn };
  },
});

const REFUSALS: ReadonlySet<VkApiError['vkClass']> = new Set(['permanent', 'bug', 'split']);

const answerTo = async (calls: SingleCalls, read: VkRead, signal: AbortSignal): Promise<VkReadAnswer> => {
  try {
    if (read.kind === 'comments') return { kind: 'comments', page: await calls.comments(read, signal) };
    return { kind: 'posts', page: read.kind === 'posts' ? await calls.posts(read, signal) : await postsById(calls, read.keys, signal) };
  } catch (thrown) {
    if (thrown instanceof VkApiError && (REFUSALS.has(thrown.vkClass) || thrown.vkCode === 10)) return { kind: 'refused', error: thrown };
    throw thrown;
  }
};

const postsById = async (calls: SingleCalls, keys: readonly PostKey[], signal: AbortSignal): Promise<PostsPage> => {
  const pages: PostsPage[] = [];
  for (const key of keys) pages.push(await calls.post(key, signal));
  return { count: null, posts: pages.flatMap(({ posts }) => posts), authors: pages.flatMap(({ authors }) => authors) };
};
