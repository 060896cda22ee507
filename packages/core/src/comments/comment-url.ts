import type { CommentRow } from '@otklik/contracts';

/** Where VK shows a comment; a reply inside its thread. */
export const commentUrl = ({
  ownerId,
  postId,
  commentId,
  threadId,
}: Pick<CommentRow, 'ownerId' | 'postId' | 'commentId' | 'threadId'>): string =>
  `https://vk.com/wall${ownerId}_${postId}?reply=${commentId}${threadId === commentId ? '' : `&thread=${threadId}`}`;
