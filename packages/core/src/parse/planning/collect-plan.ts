import type { ParsePayload } from '@otklik/contracts';
import type { PostWindow } from '../reading/follow-wall.ts';

/** What a job wants of every wall and post. */
export type CollectPlan = {
  readonly window: PostWindow;
  /** Of each post. */
  readonly maxComments: number | null;
  readonly withThreads: boolean;
  /** A post is settled when it was read at this age; null: every post is read again. */
  readonly settledAfterMs: number | null;
  /** Only these posts of the wall. */
  readonly postIds: readonly string[] | null;
};

const HOUR_MS = 3_600_000;

export const collectPlanOf = ({ target, window, options }: ParsePayload): CollectPlan => ({
  window: {
    since: window.since === undefined ? null : new Date(window.since),
    until: window.until === undefined ? null : new Date(window.until),
    maxPosts: window.maxPosts ?? null,
  },
  maxComments: window.maxCommentsPerPost ?? null,
  withThreads: options.threads,
  settledAfterMs: options.full ? null : options.recrawlHours * HOUR_MS,
  postIds: 'post' in target ? [target.post.split('_')[1] ?? ''] : (window.postIds ?? null),
});
