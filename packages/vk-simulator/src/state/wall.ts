import type { Comment, Post, WallContent, WallPlan, WallRefusal } from '../population/model.ts';
import { contentOf } from '../population/wall-content.ts';

/** A post's comments as the API asks for them. All lists ascend by id. */
export type Discussion = {
  readonly post: Post;
  readonly all: readonly Comment[];
  readonly roots: readonly Comment[];
  repliesTo(rootId: number): readonly Comment[];
  byId(commentId: number): Comment | undefined;
};

export type NewComment = { readonly postId: number; readonly replyToId: number | null; readonly fromId: number; readonly date: number; readonly text: string };

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
  /** `stub` leaves a mark in its place, `nothing` does not; the post's count stays as it was. False when there is none. */
  deleteComment(commentId: number, leaving: 'stub' | 'nothing'): boolean;
  /** Publishes a post on top of the wall and returns its id. */
  addPost(post: { readonly text: string; readonly date: number }): number;
};

const KEPT_DISCUSSIONS = 64;

/** The content is made when first asked for; what was changed since lies over it. */
export const createWall = ({ ownerId, screenName, refusal, content }: WallPlan): Wall => {
  let made: WallContent | undefined;
  const original = (): WallContent => (made ??= content());
  const changed = new Map<number, readonly Comment[]>();
  const ownerOfNew = new Map<number, number>();
  const indexed = new Map<number, { readonly comments: readonly Comment[]; readonly discussion: Discussion }>();
  let posts: readonly Post[] | undefined;
  let lastId = 0;

  const listPosts = (): readonly Post[] => (posts ??= original().posts);
  const commentsOf = (postId: number): readonly Comment[] => changed.get(postId) ?? original().commentsOf(postId);
  const postIdOf = (commentId: number): number | undefined => ownerOfNew.get(commentId) ?? original().postIdOf(commentId);
  const newId = (): number => {
    // Beyond every id in use, blocks of ids that have not been read yet included.
    lastId = Math.max(lastId, original().lastId) + 1;
    return lastId;
  };

  const discussionOf = (postId: number): Discussion | undefined => {
    const post = listPosts().find(({ id }) => id === postId);
    if (post === undefined) return undefined;
    const comments = commentsOf(postId);
    const known = indexed.get(postId);
    if (known !== undefined && known.comments === comments && known.discussion.post === post) return known.discussion;
    const discussion = index(post, comments);
    indexed.delete(postId);
    indexed.set(postId, { comments, discussion });
    for (const oldest of indexed.keys()) if (indexed.size > KEPT_DISCUSSIONS) indexed.delete(oldest);
    return discussion;
  };

  const addComment = ({ postId, replyToId, ...said }: NewComment): number | undefined => {
    const discussion = discussionOf(postId);
    const answered = replyToId === null ? undefined : discussion?.byId(replyToId);
    if (discussion === undefined || (replyToId !== null && answered === undefined)) return undefined;
    const id = newId();
    const rootId = answered === undefined ? null : (answered.rootId ?? answered.id);
    changed.set(postId, [...commentsOf(postId), { ...said, id, postId, rootId, replyToId, attachments: [], likes: 0, isDeleted: false }]);
    ownerOfNew.set(id, postId);
    posts = listPosts().map((post) => (post.id === postId ? { ...post, claimedComments: post.claimedComments + 1 } : post));
    return id;
  };

  const deleteComment = (commentId: number, leaving: 'stub' | 'nothing'): boolean => {
    const postId = postIdOf(commentId);
    const comments = postId === undefined ? [] : commentsOf(postId);
    if (postId === undefined || !comments.some(({ id }) => id === commentId)) return false;
    changed.set(postId, leaving === 'stub' ? comments.map((it) => (it.id === commentId ? stubOf(it) : it)) : withoutThread(comments, commentId));
    return true;
  };

  const addPost = ({ text, date }: { readonly text: string; readonly date: number }): number => {
    const id = newId();
    const post: Post = { id, fromId: ownerId, date, text, attachments: [], likes: 0, reposts: 0, views: 1, commentsAccess: 'open', claimedComments: 0 };
    posts = contentOf([...listPosts(), post], []).posts;
    return id;
  };

  return { ownerId, screenName, refusal, posts: listPosts, discussionOf, postIdOf, addComment, deleteComment, addPost };
};

const index = (post: Post, all: readonly Comment[]): Discussion => {
  const threads = Map.groupBy(all, ({ rootId }) => rootId);
  const byId = new Map(all.map((comment) => [comment.id, comment]));
  return { post, all, roots: threads.get(null) ?? [], repliesTo: (rootId) => threads.get(rootId) ?? [], byId: (id) => byId.get(id) };
};

const stubOf = (comment: Comment): Comment => ({ ...comment, text: '', attachments: [], likes: 0, isDeleted: true });

/** Nobody can reach replies whose root is gone. */
const withoutThread = (comments: readonly Comment[], id: number): Comment[] => comments.filter((it) => it.id !== id && it.rootId !== id);
