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

/** A post whose comments were read before. */
export type KnownPost = {
  readonly postId: string;
  readonly readAt: Date;
  /** VK's count of comments at that time. */
  readonly claimed: number;
  readonly state: ReadState;
  readonly withThreads: boolean;
};

/** What is stored of walls. Every method throws DatabaseError. */
export type WallReads = {
  wallByOwner(input: { readonly workspaceId: string; readonly ownerId: string }): Promise<WallRow | null>;
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
