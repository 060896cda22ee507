import type { Post, Refusal, WallContent, WallPlan } from '../population/model.ts';
import type { ChangeKind, Journal } from './journal.ts';
import { type WallComments, createWallComments } from './wall-comments.ts';
import { createWallPosts } from './wall-posts.ts';

/** A wall that can change. Every change is written into the journal. */
export type Wall = WallComments & {
  readonly ownerId: number;
  readonly screenName: string;
  /** Why nobody may read it; undefined while everybody may. */
  readonly refusal: Refusal | undefined;
  /** As `wall.get` lists them. The list goes on changing: whoever looks twice copies it. */
  posts(): readonly Post[];
  postOf(postId: number): Post | undefined;
  /** Publishes a post on top of the wall and returns its id. */
  addPost(post: { readonly text: string; readonly date: number }): number;
  /** Takes the comments along. False when there is none. */
  deletePost(postId: number): boolean;
  /** Stands first in the list from now on; null: none does. False when there is no such post. */
  pinPost(postId: number | null): boolean;
  /** The comments stay, and nobody may read them (212); or may again. False when there is no such post. */
  setComments(postId: number, access: 'open' | 'closed'): boolean;
  /** Nobody may read the wall, or everybody again. */
  setRefusal(refusal: Refusal | undefined): void;
};

/** The content is made when first asked for; what was changed since lies over it. */
export const createWall = (plan: WallPlan, journal: Journal): Wall => {
  const { ownerId, screenName } = plan;
  let made: WallContent | undefined;
  let refusal = plan.refusal;
  const original = (): WallContent => (made ??= plan.content());
  const posts = createWallPosts(() => original().posts);
  let newestId = 0;
  const newId = (): number => (newestId = Math.max(newestId, original().lastId) + 1);
  const comments = createWallComments({ ownerId, original, posts, journal, newId });
  const note = (kind: ChangeKind, postId: number | null, why: Refusal | null = null): void =>
    journal.note({ ownerId, kind, postId, refusal: why });

  return {
    ownerId,
    screenName,
    get refusal() {
      return refusal;
    },
    posts: posts.all,
    postOf: posts.byId,
    ...comments,
    addPost: (post) => {
      const id = newId();
      posts.add(makePost({ ...post, id, ownerId }));
      note('postAdded', id);
      return id;
    },
    deletePost: (postId) => {
      const discussion = comments.discussionOf(postId);
      for (const { id, rootId } of discussion?.all ?? []) if (rootId === null) comments.deleteComment(id, 'nothing');
      if (posts.remove(postId)) note('postRemoved', postId);
      return discussion !== undefined;
    },
    pinPost: (postId) => {
      const isThere = postId === null || posts.byId(postId) !== undefined;
      if (isThere) posts.pin(postId);
      if (isThere) note(postId === null ? 'postUnpinned' : 'postPinned', postId);
      return isThere;
    },
    setComments: (postId, access) => {
      const isThere = posts.change(postId, (post) => ({ ...post, commentsAccess: access }));
      if (isThere) note(access === 'closed' ? 'commentsClosed' : 'commentsReopened', postId, access === 'closed' ? { code: 212 } : null);
      return isThere;
    },
    setRefusal: (why) => {
      refusal = why;
      note(why === undefined ? 'wallReopened' : 'wallRefused', null, why ?? null);
    },
  };
};

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
