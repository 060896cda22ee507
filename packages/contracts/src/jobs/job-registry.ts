import { z } from 'zod';
import { analyzeJob } from './analyze.job.ts';
import { exportJob } from './export.job.ts';
import type { JobSpec } from './job-spec.ts';
import { parseJob } from './parse.job.ts';

/** The one list of jobs. A new type of job is one more line here; see CONTRIBUTING.md. */
export const jobRegistry = {
  parse: parseJob,
  analyze: analyzeJob,
  export: exportJob,
} as const satisfies Record<string, JobSpec>;

export type JobType = keyof typeof jobRegistry;
export type PayloadOf<T extends JobType> = z.output<(typeof jobRegistry)[T]['payload']>;
export type ResultOf<T extends JobType> = z.output<(typeof jobRegistry)[T]['result']>;

const isJobType = (name: string): name is JobType => Object.hasOwn(jobRegistry, name);

/** All types, in the order of the registry. */
export const jobTypes: readonly JobType[] = Object.keys(jobRegistry).filter(isJobType);
export const JobType = z.enum(jobTypes).meta({ id: 'JobType' });

/** The registry seen with each type's own payload and result, for code that is generic over the type. */
export type JobSpecs = {
  readonly [T in JobType]: {
    readonly payload: z.ZodType<PayloadOf<T>>;
    readonly result: z.ZodType<ResultOf<T>>;
  };
};
export const jobSpecs: JobSpecs = jobRegistry;
