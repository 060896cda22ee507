import type { AuthorRow, CommentRow, PostKey, PostRow, WallRow } from '@otklik/contracts';
import type { VkApiError } from '@otklik/shared';

/** `isPaid`: only paying subscribers see it whole. */
export type ListedPost = PostRow & { readonly isPaid?: boolean };

export type PostsPage = {
  /** Posts that VK says the wall has. */
  readonly count: number | null;
  readonly posts: readonly ListedPost[];
  readonly authors: readonly AuthorRow[];
};

/** A comment with as many of its replies as came along. */
export type CommentThread = {
  readonly root: CommentRow;
  /** Replies that VK says there are; null where it doesn't say. */
  readonly replyCount: number | null;
  readonly replies: readonly CommentRow[];
};

export type CommentsPage = {
  readonly threads: readonly CommentThread[];
  /** Comments that VK says this level has. */
  readonly levelCount: number | null;
  readonly authors: readonly AuthorRow[];
};

/** Posts of a wall: newest first, a pinned one before all. At most 100. */
export type PostsRead = { readonly kind: 'posts'; readonly ownerId: string; readonly offset: number; readonly count: number };

/** Posts of any walls, at most 100. Those that are gone or hidden are left out of the answer. */
export type PostsByIdRead = { readonly kind: 'postsById'; readonly keys: readonly PostKey[] };

/** One level of comments, oldest first. At most 100. */
export type CommentsRead = PostKey & {
  readonly kind: 'comments';
  /** The replies of this comment; null: the top level. */
  readonly rootId: string | null;
  /** Begin with this comment, itself included; null: with the oldest. */
  readonly startCommentId: string | null;
  /** Begin so many comments behind that. */
  readonly offset: number;
  readonly count: number;
  /** Replies that come along with each comment: at most 10. */
  readonly threadItems: number;
};

/** One call of VK that only reads. */
export type VkRead = PostsRead | PostsByIdRead | CommentsRead;

export type VkReadAnswer =
  | { readonly kind: 'posts'; readonly page: PostsPage }
  | { readonly kind: 'comments'; readonly page: CommentsPage }
  /** VK does not give this one, and no other try or token would, or it was not asked for now: its class says what to do. */
  | { readonly kind: 'refused'; readonly error: VkApiError };

/** How a send is ended before its time. */
export type SendSignals = {
  /** Nothing of it is wanted any more. */
  readonly signal: AbortSignal;
  /** It may start no further request: what is on its way is waited for, and what was not asked is refused for now. Must abort when `signal` does. */
  readonly turns: AbortSignal;
};

/** The right to start one request now. Either `send` or `giveBack` it, at once. */
export type VkTurn = {
  /** How many reads the request may carry: 1 to 25. */
  readonly room: number;
  /**
   * Answers in the order of the reads. `requests`: what VK was asked for it, tries and halves included, each with a turn of
   * its own. Rejects with VkTransportError, CircuitOpenError, NoTokenError, VkApiError, MustWait (no further turn was to be
   * taken) or the signal's reason when nothing was answered.
   */
  send(reads: readonly VkRead[], signals: SendSignals): Promise<{ readonly answers: readonly VkReadAnswer[]; readonly requests: number }>;
  /** Nothing to ask: the turn goes to somebody else. */
  giveBack(): void;
};

/** What collecting needs of VK. */
export type VkReads = {
  /** By signed id or screen name. Throws as `send` does. */
  resolveWall(ref: string, signal: AbortSignal): Promise<WallRow>;
  /** Waits until a request may start. Rejects with NoTokenError when no token can come soon, or the signal's reason. */
  turn(signal: AbortSignal): Promise<VkTurn>;
};

/** VK as each workspace sees it: with its own tokens. */
export type VkOfWorkspaces = { of(workspaceId: string): VkReads };
