import type { WallRow } from '@otklik/contracts';
import { VkApiError } from '@otklik/shared';
import type { CommentsPage, CommentsRead, PostKey, PostsPage, PostsRead, VkOfWorkspaces, VkRead, VkReadAnswer } from './vk-reads.ts';

/** A client of VK that makes one call for each question, paces itself, and knows one token. */
export type SingleCalls = {
  resolveWall(ref: string, signal: AbortSignal): Promise<WallRow>;
  posts(request: Omit<PostsRead, 'kind'>, signal: AbortSignal): Promise<PostsPage>;
  post(key: PostKey, signal: AbortSignal): Promise<PostsPage>;
  comments(request: Omit<CommentsRead, 'kind'>, signal: AbortSignal): Promise<CommentsPage>;
};

/** Makes turns of single calls: each has room for one read. */
export const turnsOfSingleCalls = (calls: SingleCalls): VkOfWorkspaces => {
  const turn = {
    room: 1,
    giveBack: () => undefined,
    send: async (reads: readonly VkRead[], signal: AbortSignal) => {
      const answers: VkReadAnswer[] = [];
      for (const read of reads) answers.push(await answerTo(calls, read, signal));
      return { answers, requests: reads.length };
    },
  };
  const vk = { resolveWall: calls.resolveWall, turn: async () => turn };
  return { of: () => vk };
};

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
