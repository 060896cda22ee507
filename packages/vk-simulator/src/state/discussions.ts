import { createForgetful } from '../population/forgetful.ts';
import type { Comment, Post } from '../population/model.ts';

/** A post's comments as the API asks for them. All lists ascend by id. */
export type Discussion = {
  readonly post: Post;
  readonly all: readonly Comment[];
  readonly roots: readonly Comment[];
  repliesTo(rootId: number): readonly Comment[];
  byId(commentId: number): Comment | undefined;
};

export type Discussions = {
  /** The index of exactly this post and this list, made anew when either has changed. */
  of(post: Post, comments: readonly Comment[]): Discussion;
};

const KEPT = 16;

/** Indexes of the posts read of late: pages of one post are asked for one after another. */
export const createDiscussions = (): Discussions => {
  const keep = createForgetful<Discussion>(KEPT);
  return {
    of: (post, comments) =>
      keep(post.id, {
        make: () => index(post, comments),
        isStill: (known) => known.post === post && known.all === comments,
      }),
  };
};

const index = (post: Post, all: readonly Comment[]): Discussion => {
  const threads = Map.groupBy(all, ({ rootId }) => rootId);
  const byId = new Map(all.map((comment) => [comment.id, comment]));
  return { post, all, roots: threads.get(null) ?? [], repliesTo: (rootId) => threads.get(rootId) ?? [], byId: (id) => byId.get(id) };
};
