import type { CollectPlan } from '../planning/collect-plan.ts';

/** Everything of every post. */
export const aPlan = (more: Partial<CollectPlan> = {}): CollectPlan => ({
  window: { since: null, until: null, maxPosts: null },
  maxComments: null,
  withThreads: true,
  settledAfterMs: null,
  postIds: null,
  ...more,
});
