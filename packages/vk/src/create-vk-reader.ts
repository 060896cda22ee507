import { type VkComments, CommentsAnswer, toComments } from './answers/comments.ts';
import { type VkPosts, PostsAnswer, toPosts } from './answers/posts.ts';
import { type VkWall, makeResolveWall } from './reads/resolve-wall.ts';
import { commentsParams, postsByIdParams, postsParams } from './reads/read-params.ts';
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

/** Reads walls with one client. */
export const createVkReader = ({ client }: { readonly client: Pick<VkClient, 'call'> }): VkReader => ({
  resolveWall: makeResolveWall({ client }),
  posts: async (request, signal) => {
    const answer = await client.call({ method: 'wall.get', params: postsParams(request), answer: PostsAnswer, signal });
    return toPosts(request.ownerId, answer);
  },
  post: async (key, signal) => {
    const answer = await client.call({ method: 'wall.getById', params: postsByIdParams([key]), answer: PostsAnswer, signal });
    return toPosts(key.ownerId, answer);
  },
  comments: async (request, signal) => {
    const answer = await client.call({ method: 'wall.getComments', params: commentsParams(request), answer: CommentsAnswer, signal });
    return toComments(request, answer);
  },
});
