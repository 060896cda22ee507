import type { CommentRow, PostRow } from '@otklik/contracts';
import type { CommentsPage, PostsPage } from '../vk-reads.ts';

/** A comment of post -1_1 with nothing special about it. */
export const aComment = (commentId: string, more: Partial<CommentRow> = {}): CommentRow => ({
  ownerId: '-1',
  postId: '1',
  commentId,
  authorKey: 'id1',
  parentId: null,
  threadId: commentId,
  replyToId: null,
  date: new Date(0),
  text: 'text',
  likes: 0,
  attachments: [],
  isDeleted: false,
  ...more,
});

/** A page of comments without replies. */
export const aPage = (ids: readonly string[], more: Partial<CommentsPage> = {}): CommentsPage => ({
  threads: ids.map((id) => ({ root: aComment(id), replyCount: 0, replies: [] })),
  levelCount: null,
  authors: [],
  ...more,
});

/** A post of wall -1 with one comment. */
export const aPost = (postId: string, more: Partial<PostRow> = {}): PostRow => ({
  ownerId: '-1',
  postId,
  authorKey: 'club1',
  date: new Date(0),
  text: '',
  commentsClaimed: 1,
  canReadComments: true,
  isPinned: false,
  likes: 0,
  ...more,
});

export const aPostsPage = (posts: readonly PostRow[], count: number | null = null): PostsPage => ({ count, posts, authors: [] });
