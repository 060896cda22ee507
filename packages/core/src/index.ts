export type * from './jobs/job-context.ts';
