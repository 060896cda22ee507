import type { Post } from '../population/model.ts';
import { pinnedThenNewest } from '../population/wall-content.ts';

/** Posts of a wall as `wall.get` lists them; those that change are replaced, never altered. */
export type WallPosts = {
  /** Goes on changing: whoever looks twice copies it. */
  all(): readonly Post[];
  byId(postId: number): Post | undefined;
  add(post: Post): void;
  /** False when there is none. */
  change(postId: number, change: (post: Post) => Post): boolean;
  remove(postId: number): boolean;
  /** First of all from now on, in the place of any other; null: none is, and the one that was goes back among the others. */
  pin(postId: number | null): void;
};

/** The list is copied once, when first changed, and found by id, so that walls of 100,000 posts stay quick. */
export const createWallPosts = (original: () => readonly Post[]): WallPosts => {
  let own: Post[] | undefined;
  let positions: Map<number, number> | undefined;
  const all = (): readonly Post[] => own ?? original();
  const positionOf = (postId: number): number | undefined => {
    positions ??= new Map(all().map(({ id }, position) => [id, position]));
    return positions.get(postId);
  };
  const splice = (position: number, removed: number, ...added: readonly Post[]): void => {
    own ??= [...original()];
    own.splice(position, removed, ...added);
    if (removed !== added.length) positions = undefined;
  };

  const byId = (postId: number): Post | undefined => all()[positionOf(postId) ?? -1];
  return {
    all,
    byId,
    add: (post) => {
      const place = all().findIndex((other) => pinnedThenNewest(post, other) < 0);
      splice(place === -1 ? all().length : place, 0, post);
    },
    change: (postId, change) => {
      const post = byId(postId);
      if (post !== undefined) splice(positionOf(postId) ?? 0, 1, change(post));
      return post !== undefined;
    },
    pin: (postId) => {
      const pinned = (post: Post): Post =>
        post.isPinned === true || post.id === postId ? { ...post, isPinned: post.id === postId } : post;
      own = all().map(pinned).toSorted(pinnedThenNewest);
      positions = undefined;
    },
    remove: (postId) => {
      const position = positionOf(postId);
      if (position !== undefined) splice(position, 1);
      return position !== undefined;
    },
  };
};
