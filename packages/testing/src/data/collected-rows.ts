import type { AuthorRow, CommentRow, PostRow } from '@otklik/contracts';

/** A comment at the top level of post 1 of community 1; name only what matters to the test. */
export const aComment = (given: Partial<CommentRow> = {}): CommentRow => {
  const commentId = given.commentId ?? '1';
  return {
    ownerId: '-1',
    postId: '1',
    commentId,
    authorKey: 'id1',
    parentId: null,
    threadId: commentId,
    replyToId: null,
    date: new Date(Date.UTC(2026, 0, 1) + Number(BigInt(commentId) % 1_000_000n) * 1_000),
    text: `comment ${commentId}`,
    likes: 0,
    attachments: [],
    isDeleted: false,
    ...given,
  };
};

/** What VK shows of a deleted comment. */
export const aStub = (given: Partial<CommentRow> = {}): CommentRow => aComment({ authorKey: null, text: null, isDeleted: true, ...given });

export const aPost = (given: Partial<PostRow> = {}): PostRow => ({
  ownerId: '-1',
  postId: '1',
  authorKey: 'club1',
  date: new Date(Date.UTC(2026, 0, 1)),
  text: 'post',
  commentsClaimed: 0,
  canReadComments: true,
  isPinned: false,
  likes: 0,
  ...given,
});

export const anAuthor = (given: Partial<AuthorRow> = {}): AuthorRow => ({
  authorKey: 'id1',
  name: 'Ада Лавлейс',
  screenName: null,
  deactivated: null,
  ...given,
});
