import type { AuthorRow, CommentRow, PostRow, WallRow } from '@otklik/contracts';

export type PostsPage = {
  /** Posts that VK says the wall has. */
  readonly count: number | null;
  readonly posts: readonly PostRow[];
  readonly authors: readonly AuthorRow[];
};

/** A comment with as many of its replies as came along. */
export type CommentThread = {
  readonly root: CommentRow;
  /** Replies that VK says there are. */
  readonly replyCount: number;
  readonly replies: readonly CommentRow[];
};

export type CommentsPage = {
  readonly threads: readonly CommentThread[];
  /** Comments that VK says this level has. */
  readonly levelCount: number | null;
  readonly authors: readonly AuthorRow[];
};

/**
 * What collecting needs of VK. Methods throw VkApiError, whose class says what to do, VkTransportError, CircuitOpenError
 * while VK does not serve them, or the signal's reason.
 */
export type VkReads = {
  /** By signed id or screen name. */
  resolveWall(ref: string, signal: AbortSignal): Promise<WallRow>;
  /** Newest first, a pinned post before all. */
  posts(request: { readonly ownerId: string; readonly offset: number; readonly count: number }, signal: AbortSignal): Promise<PostsPage>;
  post(key: { readonly ownerId: string; readonly postId: string }, signal: AbortSignal): Promise<PostsPage>;
  /** Oldest first, beginning with `startCommentId` itself. `rootId`: the replies of this comment. */
  comments(
    request: {
      readonly ownerId: string;
      readonly postId: string;
      readonly rootId: string | null;
      readonly startCommentId: string | null;
      readonly count: number;
      readonly threadItems: number;
    },
    signal: AbortSignal,
  ): Promise<CommentsPage>;
};
