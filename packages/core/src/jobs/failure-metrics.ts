import { type JobType, jobTypes } from '@otklik/contracts';
import type { ErrorCode, Metrics } from '@otklik/shared';

/** Codes that attempts fail with; what no attempt is known to fail with counts as `OTHER`. */
const failureCodes = [
  'VK_API',
  'VK_BAD_ANSWER',
  'VK_UNREACHABLE',
  'VK_TIMEOUT',
  'DB_TIMEOUT',
  'DB_CONFLICT',
  'DB_REJECTED',
  'STORAGE',
  'STORAGE_FULL',
  'THREAD',
  'THREAD_MEMORY',
  'NOT_FOUND',
  'JOB_TIMEOUT',
  'INTERNAL',
] as const satisfies readonly ErrorCode[];
const OTHER = 'OTHER';

/** Counts failed attempts by the reason that the attempt's row gives. */
export const createFailureMetrics = (metrics: Metrics): { failed(type: JobType, code: string): void } => {
  const failures = metrics.counter({
    name: 'otklik_job_attempt_failures_total',
    help: 'Attempts that failed or ran out of time, by the code of their error; OTHER: a code that attempts seldom have.',
    labels: ['type', 'code'],
  });
  for (const type of jobTypes) for (const code of [...failureCodes, OTHER]) failures.inc({ type, code }, 0);
  return {
    failed: (type, code) => failures.inc({ type, code: failureCodes.find((known) => known === code) ?? OTHER }),
  };
};
