import type { VkParams } from '../transport/ask.ts';

const AUTHOR_FIELDS = 'screen_name';

export const postsParams = ({
  ownerId,
  offset,
  count,
}: {
  readonly ownerId: string;
  readonly offset: number;
  readonly count: number;
}): VkParams => ({
  owner_id: ownerId,
  offset,
  count,
  extended: 1,
  fields: AUTHOR_FIELDS,
});

export const postsByIdParams = (keys: readonly { readonly ownerId: string; readonly postId: string }[]): VkParams => ({
  posts: keys.map(({ ownerId, postId }) => `${ownerId}_${postId}`).join(','),
  extended: 1,
  fields: AUTHOR_FIELDS,
});

type Comments = {
  readonly ownerId: string;
  readonly postId: string;
  readonly rootId: string | null;
  readonly startCommentId: string | null;
  readonly offset?: number | undefined;
  readonly count: number;
  readonly threadItems: number;
};

export const commentsParams = (request: Comments): VkParams => ({
  owner_id: request.ownerId,
  post_id: request.postId,
  comment_id: request.rootId ?? undefined,
  start_comment_id: request.startCommentId ?? undefined,
  offset: request.offset === 0 ? undefined : request.offset,
  count: request.count,
  thread_items_count: request.threadItems,
  sort: 'asc',
  need_likes: 1,
  // VK cuts texts at 90 characters unless told not to.
  preview_length: 0,
  extended: 1,
  fields: AUTHOR_FIELDS,
});
