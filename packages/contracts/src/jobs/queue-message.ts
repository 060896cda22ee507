import { z } from 'zod';
import { JobType } from './job-registry.ts';

/** All that travels through the queue: ids only. What the job does is read from the row. */
export const QueueMessage = z.strictObject({
  v: z.literal(1),
  jobId: z.uuid(),
  generation: z.int().positive(),
  type: JobType,
});
export type QueueMessage = z.output<typeof QueueMessage>;
