import { z } from 'zod';

const Count = z.int().nonnegative();

/** Where an analysis goes on: behind the last comment whose findings are stored. */
export const AnalyzeCheckpoint = z.object({
  v: z.literal(1),
  after: z.object({ ownerId: z.string(), postId: z.string(), commentId: z.string() }).nullable(),
  /** Comments analyzed so far, over all attempts. */
  done: Count,
  /** Comments of the scope when the analysis began. */
  total: Count,
});
export type AnalyzeCheckpoint = z.output<typeof AnalyzeCheckpoint>;
