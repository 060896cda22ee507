import type { Comment, Post, WallContent, WallPlan, WallRefusal } from '../population/model.ts';
import { pinnedThenNewest } from '../population/wall-content.ts';
import { type Discussion, createDiscussions } from './discussions.ts';

export type NewComment = {
  readonly postId: number;
  readonly replyToId: number | null;
  readonly fromId: number;
  readonly date: number;
  readonly text: string;
};

/** A wall that can change. */
export type Wall = {
  readonly ownerId: number;
  readonly screenName: string;
  readonly refusal: WallRefusal | undefined;
  /** As `wall.get` lists them. */
  posts(): readonly Post[];
  discussionOf(postId: number): Discussion | undefined;
  postIdOf(commentId: number): number | undefined;
  /** Returns the id, or undefined when the post or the comment to answer is not there. */
  addComment(comment: NewComment): number | undefined;
  /** `stub` leaves a mark in its place, `nothing` takes the thread along; the post's count stays. False when there is none. */
  deleteComment(commentId: number, leaving: 'stub' | 'nothing'): boolean;
  /** Puts another text in its place; VK says nothing about when. False when there is none. */
  editComment(commentId: number, text: string): boolean;
  /** Publishes a post on top of the wall and returns its id. */
  addPost(post: { readonly text: string; readonly date: number }): number;
};

/** What becomes of the comments of a post when one of them changes. */
type Change = (comments: readonly Comment[], id: number) => readonly Comment[];

/** The content is made when first asked for; what was changed since lies over it. */
export const createWall = ({ ownerId, screenName, refusal, content }: WallPlan): Wall => {
  let made: WallContent | undefined;
  const original = (): WallContent => (made ??= content());
  const changed = new Map<number, readonly Comment[]>();
  const postIdOfNew = new Map<number, number>();
  const discussions = createDiscussions();
  let changedPosts: readonly Post[] | undefined;
  let newestId = 0;

  const posts = (): readonly Post[] => changedPosts ?? original().posts;
  const commentsOf = (postId: number): readonly Comment[] => changed.get(postId) ?? original().commentsOf(postId);
  const postIdOf = (commentId: number): number | undefined => postIdOfNew.get(commentId) ?? original().postIdOf(commentId);
  const newId = (): number => (newestId = Math.max(newestId, original().lastId) + 1);

  const discussionOf = (postId: number): Discussion | undefined => {
    const post = posts().find(({ id }) => id === postId);
    return post === undefined ? undefined : discussions.of(post, commentsOf(postId));
  };

  const addComment = ({ replyToId, ...said }: NewComment): number | undefined => {
    const discussion = discussionOf(said.postId);
    const answered = replyToId === null ? undefined : discussion?.byId(replyToId);
    if (discussion === undefined || (replyToId !== null && answered === undefined)) return undefined;
    const comment = { ...said, id: newId(), replyToId, rootId: answered === undefined ? null : (answered.rootId ?? answered.id) };
    changed.set(said.postId, [...discussion.all, { ...comment, attachments: [], likes: 0, isDeleted: false }]);
    postIdOfNew.set(comment.id, said.postId);
    changedPosts = posts().map((post) => (post.id === said.postId ? claimingOneMore(post) : post));
    return comment.id;
  };

  const rewrite = (commentId: number, change: Change): boolean => {
    const postId = postIdOf(commentId) ?? -1;
    const isThere = commentsOf(postId).some(({ id }) => id === commentId);
    if (isThere) changed.set(postId, change(commentsOf(postId), commentId));
    return isThere;
  };

  const addPost = (post: { readonly text: string; readonly date: number }): number => {
    const id = newId();
    changedPosts = [...posts(), makePost({ ...post, id, ownerId })].toSorted(pinnedThenNewest);
    return id;
  };

  const rest = { posts, discussionOf, postIdOf, addComment, addPost };
  const deleteComment: Wall['deleteComment'] = (id, leaving) => rewrite(id, leaving === 'stub' ? withStub : withoutThread);
  return { ownerId, screenName, refusal, ...rest, deleteComment, editComment: (id, text) => rewrite(id, withText(text)) };
};

const claimingOneMore = (post: Post): Post => ({ ...post, claimedComments: post.claimedComments + 1 });

const withText =
  (text: string) =>
  (comments: readonly Comment[], id: number): Comment[] =>
    comments.map((it) => (it.id === id ? { ...it, text } : it));

const withStub = (comments: readonly Comment[], id: number): Comment[] =>
  comments.map((it) => (it.id === id ? { ...it, text: '', attachments: [], likes: 0, isDeleted: true } : it));

/** Nobody can reach replies whose root is gone. */
const withoutThread = (comments: readonly Comment[], id: number): Comment[] => comments.filter((it) => it.id !== id && it.rootId !== id);

const makePost = ({
  ownerId,
  ...post
}: {
  readonly id: number;
  readonly ownerId: number;
  readonly text: string;
  readonly date: number;
}): Post => ({
  ...post,
  fromId: ownerId,
  attachments: [],
  likes: 0,
  reposts: 0,
  views: 1,
  commentsAccess: 'open',
  claimedComments: 0,
});
