import type { PostRow } from './comment-rows.ts';
import type { LossReason, PostKey, ReadState } from './read-states.ts';
import type { WallRow } from './wall-row.ts';

/** What VK claims against what is stored, replies and deleted stubs included; comments that are gone from VK are not. */
export type Coverage = {
  readonly posts: number;
  readonly claimed: number;
  readonly collected: number;
  /** Summed over the posts where VK claims more than is stored. */
  readonly missing: number;
  /** Of the collected, first stored at `newSince` or later; 0 when that was not asked. */
  readonly collectedSince: number;
  /** Posts that are not complete, by what is to blame; their `missing` adds up to the one above. */
  readonly reasons: readonly { readonly state: LossReason; readonly posts: number; readonly missing: number }[];
};

/** `oldestReadAt`: of the posts whose comments were read, when those of the first one were, the last time; null: of none. */
export type WallCoverage = Omit<Coverage, 'collectedSince'> & { readonly oldestReadAt: Date | null };

/** A post whose comments were read before. */
export type KnownPost = {
  readonly postId: string;
  readonly readAt: Date;
  /** VK's count of comments at that time. */
  readonly claimed: number;
  /** Comments of it that were stored then. */
  readonly collected: number;
  readonly state: ReadState;
  readonly withThreads: boolean;
};

/** A wall with how reading its list of posts ended; null: it never did. */
export type WallView = WallRow & {
  readonly firstSeenAt: Date;
  readonly read: { readonly at: Date; readonly state: ReadState; readonly vkCode: number | null } | null;
};

/** A post with how reading its comments ended; null: they were never read. */
export type PostView = PostRow & {
  readonly read: {
    readonly at: Date;
    readonly state: ReadState;
    readonly vkCode: number | null;
    readonly claimed: number;
    readonly withThreads: boolean;
  } | null;
  /** When VK last showed the comments: later attempts that it refused do not count. */
  readonly commentsReadAt: Date | null;
  /** Counted when it was last read; 0 before its first reading has ended. */
  readonly collected: number;
  readonly missing: number;
  /** null: it is complete. */
  readonly reason: LossReason | null;
};

/** What is stored of walls. Every method throws DatabaseError. */
export type WallReads = {
  wallByOwner(input: {
    readonly workspaceId: string;
    readonly ownerId: string;
    /** Ends it at once with its reason. */
    readonly signal?: AbortSignal | undefined;
  }): Promise<WallRow | null>;
  /** By owner, ascending; `after` is the owner of the last one. */
  listWalls(input: { readonly workspaceId: string; readonly after: string | null; readonly limit: number }): Promise<readonly WallView[]>;
  /**
   * A wall with its coverage, as quick as its posts can be read: of each post the comments count that were there when it
   * was last read. null: no such wall.
   */
  wallInDetail(input: {
    readonly workspaceId: string;
    readonly ownerId: string;
  }): Promise<{ readonly wall: WallView; readonly coverage: WallCoverage } | null>;
  /** Newest first; `after` is the number of the last one. */
  listPosts(input: {
    readonly workspaceId: string;
    readonly ownerId: string;
    /** Only posts that are not complete. Default: all. */
    readonly isIncomplete?: boolean | undefined;
    readonly after: string | null;
    readonly limit: number;
  }): Promise<readonly PostView[]>;
  /** Of these posts of the wall, those that were read before, in no order. */
  knownPosts(input: {
    readonly workspaceId: string;
    readonly ownerId: string;
    readonly postIds: readonly string[];
    /** Ends it at once with its reason. */
    readonly signal?: AbortSignal | undefined;
  }): Promise<readonly KnownPost[]>;
  /** Counted from the comments: of all stored posts of a wall, or of those named, which may be of many walls. */
  coverage(
    input: ({ readonly ownerId: string } | { readonly keys: readonly PostKey[] }) & {
      readonly workspaceId: string;
      readonly newSince?: Date | undefined;
      /** Ends it at once with its reason. */
      readonly signal?: AbortSignal | undefined;
    },
  ): Promise<Coverage>;
};
