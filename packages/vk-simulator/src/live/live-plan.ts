import { z } from 'zod';

const rate = () => z.number().nonnegative().max(100_000).default(0);

/** What happens while somebody reads, per 1,000 calls of methods; those inside `execute` count as well. */
const Rates = z.object({
  /** New comments: at the end of a discussion and in old threads. */
  comments: rate(),
  edits: rate(),
  /** A stub stays or nothing; every second one hits what somebody was shown last. */
  deletions: rate(),
  posts: rate(),
  postDeletions: rate(),
  /** A post is pinned in place of any other, or none is any more. */
  pins: rate(),
  /** Comments of a post are closed: error 212. */
  closings: rate(),
  /** A wall is banned: error 18. */
  bans: rate(),
});

/** How lively the walls are. The same plan and the same sequence of calls bring the same changes. */
export const LivePlan = z.object({
  seed: z.int().default(1),
  /** Virtual time that one call takes. */
  msPerCall: z.number().positive().max(3_600_000).default(333),
  /** Only on these walls. Default: on all that somebody asked for through the API. */
  ownerIds: z.array(z.int()).optional(),
  rates: Rates.default(Rates.parse({})),
});
export type LivePlan = z.output<typeof LivePlan>;
export type LivePlanInput = z.input<typeof LivePlan>;
export type Happening = keyof LivePlan['rates'];
