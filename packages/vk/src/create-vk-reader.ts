import { type VkComments, CommentsAnswer, toComments } from './answers/comments.ts';
import { type VkPosts, PostsAnswer, toPosts } from './answers/posts.ts';
import { type VkWall, makeResolveWall } from './reads/resolve-wall.ts';
import type { VkClient } from './vk-client.ts';

export type PostsRequest = {
  readonly ownerId: string;
  readonly offset: number;
  /** At most 100. */
  readonly count: number;
};

export type CommentsRequest = {
  readonly ownerId: string;
  readonly postId: string;
  /** Replies of this comment; null for the top level. */
  readonly rootId: string | null;
  /** Begin with this comment, itself included; null for the oldest. */
  readonly startCommentId: string | null;
  /** Begin so many comments behind that; 0 when left out. */
  readonly offset?: number;
  /** At most 100. */
  readonly count: number;
  /** Replies that come along with each comment: at most 10. */
  readonly threadItems: number;
};

/** VK as a collector needs it. Every method throws VkApiError, VkTransportError, CircuitOpenError, or the signal's reason. */
export type VkReader = {
  /** `ref`: a signed id or a screen name. */
  resolveWall(ref: string, signal: AbortSignal): Promise<VkWall>;
  /** Newest first, a pinned post before all. */
  posts(request: PostsRequest, signal: AbortSignal): Promise<VkPosts>;
  /** No posts when it is gone. */
  post(key: { readonly ownerId: string; readonly postId: string }, signal: AbortSignal): Promise<VkPosts>;
  /** Oldest first. */
  comments(request: CommentsRequest, signal: AbortSignal): Promise<VkComments>;
};

const AUTHOR_FIELDS = 'screen_name';

/** Reads walls with one client. */
export const createVkReader = ({ client }: { readonly client: VkClient }): VkReader => ({
  resolveWall: makeResolveWall({ client }),
  posts: async ({ ownerId, offset, count }, signal) => {
    const params = { owner_id: ownerId, offset, count, extended: 1, fields: AUTHOR_FIELDS };
    return toPosts(ownerId, await client.call({ method: 'wall.get', params, answer: PostsAnswer, signal }));
  },
  post: async ({ ownerId, postId }, signal) => {
    const params = { posts: `${ownerId}_${postId}`, extended: 1, fields: AUTHOR_FIELDS };
    return toPosts(ownerId, await client.call({ method: 'wall.getById', params, answer: PostsAnswer, signal }));
  },
  comments: async (request, signal) => {
    const params = {
      owner_id: request.ownerId,
      post_id: request.postId,
      comment_id: request.rootId ?? undefined,
      start_comment_id: request.startCommentId ?? undefined,
      // Left out where it is nothing: one parameter less on most calls.
      offset: request.offset === 0 ? undefined : request.offset,
      count: request.count,
      thread_items_count: request.threadItems,
      sort: 'asc',
      need_likes: 1,
      // VK cuts texts at 90 characters unless told not to.
      preview_length: 0,
      extended: 1,
      fields: AUTHOR_FIELDS,
    };
    return toComments(request, await client.call({ method: 'wall.getComments', params, answer: CommentsAnswer, signal }));
  },
});
