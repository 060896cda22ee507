import type { KnownPost, PostKey } from '@otklik/contracts';
import type { CollectPlan } from '../planning/collect-plan.ts';

/** What taking over an answer needs beside it. */
export type ReadContext = {
  readonly plan: CollectPlan;
  /** What earlier collections know of a post that the answers list; undefined: none has read it. */
  readonly known: (post: PostKey) => KnownPost | undefined;
  /** The list of targets names the post itself: it is looked for by its number, once, and not read with its wall. */
  readonly isNamed: (post: PostKey) => boolean;
  /** One wall or post is all there is to collect: when VK refuses it, the job fails with that. */
  readonly isOnlyTarget: boolean;
  /** Unix time in milliseconds. */
  readonly now: number;
};
