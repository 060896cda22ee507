import type { VkApiError } from '@otklik/shared';
import type { VkComments } from '../answers/comments.ts';
import type { VkPosts } from '../answers/posts.ts';
import type { VkWall } from './resolve-wall.ts';

/** One call of VK that only reads. Counts are 100 at most. */
export type VkRead =
  /** Posts of a wall: newest first, a pinned one before all. */
  | { readonly kind: 'posts'; readonly ownerId: string; readonly offset: number; readonly count: number }
  /** Posts of any walls; those that are gone or hidden are left out of the answer. */
  | { readonly kind: 'postsById'; readonly keys: readonly { readonly ownerId: string; readonly postId: string }[] }
  | {
      readonly kind: 'comments';
      readonly ownerId: string;
      readonly postId: string;
      /** Replies of this comment; null for the top level. */
      readonly rootId: string | null;
      /** Begin with this comment, itself included; null for the oldest. */
      readonly startCommentId: string | null;
      /** Begin so many comments behind that. */
      readonly offset: number;
      readonly count: number;
      /** Replies that come along with each comment: at most 10. */
      readonly threadItems: number;
    };

export type VkReadAnswer =
  | { readonly kind: 'posts'; readonly page: VkPosts }
  | { readonly kind: 'comments'; readonly page: VkComments }
  /**
   * VK does not give this one; the class of the error says what to do. `wait`, `token`, `operator`: no token may ask for it
   * just now, VK is away (its cause says so), or it was not asked, as no further turn was to be taken. `retry`: VK failed at each try.
   */
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

/** VK as a collector of one workspace sees it. */
export type VkReads = {
  /** By signed id or screen name. Throws as `send` does. */
  resolveWall(ref: string, signal: AbortSignal): Promise<VkWall>;
  /** Waits until a request may start. Rejects with NoTokenError when no token can come soon, or the signal's reason. */
  turn(signal: AbortSignal): Promise<VkTurn>;
};
