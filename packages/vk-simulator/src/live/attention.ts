import type { Comment } from '../population/model.ts';
import type { Random } from '../population/random.ts';

/** A page of comments that somebody was shown. */
export type Shown = { readonly ownerId: number; readonly postId: number; readonly lastCommentId: number | undefined };

/** What readers look at. Changes come where somebody is reading, for only there they can be missed. */
export type Attention = {
  /** Somebody asked for the wall. */
  visit(ownerId: number): void;
  show(page: { readonly ownerId: number; readonly postId: number; readonly comments: readonly Comment[] }): void;
  /** Walls that were asked for, the first one first. */
  visited(): readonly number[];
  /** One of the pages shown of late; undefined before the first. */
  pick(random: Random): Shown | undefined;
};

const RECENT = 6;

export const createAttention = (): Attention => {
  const visited = new Set<number>();
  const recent: Shown[] = [];
  return {
    visit: (ownerId) => void visited.add(ownerId),
    show: ({ ownerId, postId, comments }) => {
      recent.push({ ownerId, postId, lastCommentId: comments.at(-1)?.id });
      if (recent.length > RECENT) recent.shift();
    },
    visited: () => [...visited],
    pick: (random) => (recent.length === 0 ? undefined : random.pick(recent)),
  };
};
