import { topics, writeComment, writePost } from '../population/grammar/grammar.ts';
import type { Comment, Post } from '../population/model.ts';
import type { Random } from '../population/random.ts';
import { commentsRefusalOf } from '../state/comments-refusal.ts';
import type { Wall } from '../state/wall.ts';
import type { Shown } from './attention.ts';
import type { Happening } from './live-plan.ts';

/** Where something happens and what may be hit by it. */
export type Scene = {
  readonly random: Random;
  readonly wall: Wall;
  /** What somebody was shown of this wall of late. */
  readonly shown: Shown | undefined;
  /** Unix time in seconds. */
  readonly date: number;
};

/** Something happens, or nothing when there is nothing to hit. */
export const happenings: Readonly<Record<Happening, (scene: Scene) => void>> = {
  comments: (scene) => {
    const { random, wall, date } = scene;
    const post = pickPost(scene, ({ commentsAccess }) => commentsAccess === 'open');
    if (post === undefined) return;
    const there = wall.discussionOf(post.id)?.all ?? [];
    const replyToId = there.length > 0 && random.chance(0.4) ? random.pick(there).id : null;
    const fromId = there.length > 0 ? random.pick(there).fromId : wall.ownerId;
    wall.addComment({ postId: post.id, replyToId, fromId, date, text: writeComment(random, random.pick(topics)) });
  },
  edits: (scene) => {
    const comment = pickComment(scene, ({ isDeleted, donutPlaceholder }) => !isDeleted && donutPlaceholder === undefined);
    const { random, wall } = scene;
    if (comment !== undefined) wall.editComment(comment.id, writeComment(random, random.pick(topics)));
  },
  deletions: (scene) => {
    const { random, wall } = scene;
    const comment = random.chance(0.5) ? lastShown(scene) : undefined;
    const victim = comment ?? pickComment(scene, () => true);
    // What is a stub already can only go altogether.
    if (victim !== undefined) wall.deleteComment(victim.id, victim.isDeleted || random.chance(0.5) ? 'nothing' : 'stub');
  },
  posts: ({ random, wall, date }) => void wall.addPost({ text: writePost(random, random.pick(topics)), date }),
  postDeletions: (scene) => {
    const post = pickPost(scene, () => true);
    if (post !== undefined) scene.wall.deletePost(post.id);
  },
  pins: ({ random, wall }) => {
    const posts = wall.posts();
    wall.pinPost(posts.length === 0 || random.chance(0.3) ? null : random.pick(posts).id);
  },
  closings: (scene) => {
    const post = pickPost(scene, ({ commentsAccess }) => commentsAccess !== 'closed');
    if (post !== undefined) scene.wall.setComments(post.id, 'closed');
  },
  bans: ({ wall }) => wall.setRefusal({ code: 18 }),
};

/** A quiet wall, or one where all is closed, is left alone after so many tries. */
const TRIES = 6;

/** Mostly the post that is being read. Posts whose comments can't be read are left out: nobody could miss anything. */
const pickPost = ({ random, wall, shown }: Scene, isFit: (post: Post) => boolean): Post | undefined => {
  const posts = wall.posts();
  for (let attempt = 0; attempt < TRIES && posts.length > 0; attempt += 1) {
    const read = random.chance(0.6) && shown !== undefined ? wall.postOf(shown.postId) : undefined;
    const post = read ?? random.pick(posts);
    if (commentsRefusalOf(post) === undefined && isFit(post)) return post;
  }
  return undefined;
};

const pickComment = (scene: Scene, isFit: (comment: Comment) => boolean): Comment | undefined => {
  const { random, wall } = scene;
  const post = pickPost(scene, ({ claimedComments }) => claimedComments > 0);
  const fit = post === undefined ? [] : (wall.discussionOf(post.id)?.all ?? []).filter(isFit);
  return fit.length === 0 ? undefined : random.pick(fit);
};

/** The anchor of whoever reads on from here. */
const lastShown = ({ wall, shown }: Scene): Comment | undefined =>
  shown?.lastCommentId === undefined ? undefined : wall.discussionOf(shown.postId)?.byId(shown.lastCommentId);
