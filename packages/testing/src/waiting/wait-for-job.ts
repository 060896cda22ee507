import { inspect } from 'node:util';
import { type JobState, isTerminal } from '@otklik/contracts';
import { type WaitOptions, waitFor } from './wait-for.ts';

/** Asks for the job until it has the state, and returns it. Throws at once when it ends in another one. */
export const waitForJob = async <J extends { readonly state: JobState }>(
  getJob: () => Promise<J | null | undefined>,
  state: JobState,
  options: WaitOptions = {},
): Promise<J> => {
  const settled = await waitFor(
    async () => {
      const job = await getJob();
      if (job === null || job === undefined) return undefined;
      return job.state === state || isTerminal(job.state) ? { job } : raise(job);
    },
    { timeoutMs: 20_000, ...options, what: options.what ?? `the job to be ${state}` },
  );
  if (settled.job.state === state) return settled.job;
  throw new Error(`The job ended as ${settled.job.state}, not as ${state}: ${inspect(settled.job, { depth: 4 })}`);
};

/** Becomes the last answer in the message when time runs out. */
const raise = (job: unknown): never => {
  throw new Error(`the job is ${inspect(job, { depth: 4 })}`);
};
