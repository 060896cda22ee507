import { type JobType, jobSpecs } from '@otklik/contracts';
import { InternalError } from '@otklik/shared';
import type { JobSuccess } from './job-context.ts';

/** It is kept with the job, and read with it. What is larger belongs into a file. */
const MAX_RESULT_BYTES = 1_048_576;

/** What a processor handed back, as the contract of its type knows it. Throws InternalError when it doesn't, or is too large. */
export const checkSuccess = <T extends JobType>(type: T, success: JobSuccess<T>): JobSuccess<T> => {
  const parsed = jobSpecs[type].result.safeParse(success.result);
  if (!parsed.success)
    throw new InternalError('The processor handed back a result that its contract does not know', {
      cause: parsed.error,
      context: { type },
    });
  const bytes = Buffer.byteLength(JSON.stringify(parsed.data));
  if (bytes > MAX_RESULT_BYTES)
    throw new InternalError('The processor handed back more than a result may hold', { context: { type, bytes } });
  return { result: parsed.data, outcome: success.outcome };
};
