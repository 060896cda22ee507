import type { JobMoves, JobType } from '@otklik/contracts';
import type { Failpoint, JobContext, JobSuccess, Processors } from '@otklik/core';
import type { FileStore } from '@otklik/shared';

type Attempt = { readonly processors: Processors; readonly jobs: Pick<JobMoves, 'succeed'> };

/** The same, with the places of an attempt at which a drill may end the process. */
export const armAttempt = <T extends Attempt>(attempt: T, failpoint: Failpoint): T => {
  const arm =
    <J extends JobType>(process: (context: JobContext<J>) => Promise<JobSuccess<J>>) =>
    async (context: JobContext<J>): Promise<JobSuccess<J>> => {
      failpoint('after-start');
      const success = await process(context);
      failpoint('before-success');
      return success;
    };
  const { parse, analyze, export: exports } = attempt.processors;
  return {
    ...attempt,
    processors: { parse: arm(parse), analyze: arm(analyze), export: arm(exports) },
    jobs: {
      ...attempt.jobs,
      succeed: async (lease, input) => {
        const outcome = await attempt.jobs.succeed(lease, input);
        failpoint('after-success');
        return outcome;
      },
    },
  };
};

/** The same, with the place between a file and its row. */
export const armFiles = (files: FileStore, failpoint: Failpoint): FileStore => ({
  ...files,
  write: async (...args) => {
    const stored = await files.write(...args);
    failpoint('after-export-rename');
    return stored;
  },
});
