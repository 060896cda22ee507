/**
 * How reading a post or a wall ended. `cut`: as many comments as were asked for, VK has more. The others but `complete`
 * say why VK gave less: comments closed or hidden, a closed community or private profile, removed, for paying subscribers
 * only, or a fault that stayed.
 */
export const readStates = ['complete', 'cut', 'closed', 'private', 'deleted', 'donut', 'error'] as const;
export type ReadState = (typeof readStates)[number];

/**
 * Why comments that VK counts are not stored: the state in which reading ended, `unread` where they may have come after
 * the post was last read (or it never was), `cut` also where
 * replies were left out, and `unexplained` where VK counts more than it gave.
 */
export const lossReasons = ['cut', 'closed', 'private', 'deleted', 'donut', 'error', 'unread', 'unexplained'] as const;
export type LossReason = (typeof lossReasons)[number];

/** What names a post inside of its workspace. */
export type PostKey = { readonly ownerId: string; readonly postId: string };

/**
 * A stretch of one level of comments that VK listed completely: stored comments of this level whose numbers lie behind
 * `afterId` and not behind `throughId`, and which are not named, are gone. A root that is gone takes its replies along.
 */
export type LevelRead = PostKey & {
  /** null: the top level. */
  readonly rootId: string | null;
  /** null: from the beginning. */
  readonly afterId: string | null;
  /** null: to the end. */
  readonly throughId: string | null;
  /** All that VK listed in it, deleted stubs included. */
  readonly presentIds: readonly string[];
};

/** How reading a post ended. */
export type PostRead = PostKey & {
  readonly state: ReadState;
  /** VK's code, where an error ended it. */
  readonly vkCode: number | null;
  /** VK's count of comments when it was read. */
  readonly claimed: number;
  /** Replies were asked for, too. */
  readonly withThreads: boolean;
};

/** How reading the list of a wall's posts ended. */
export type WallRead = { readonly ownerId: string; readonly state: ReadState; readonly vkCode: number | null };

/** What may become of a comment. VK tells none of it: it is noticed by reading again. */
export const revisionKinds = ['edited', 'deleted', 'restored'] as const;
export type RevisionKind = (typeof revisionKinds)[number];
