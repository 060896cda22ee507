import type { JobFailure } from './job-states.ts';

/** Failures that no attempt throws: a move of the job's life ends it by a rule. */
export const ruleFailures = {
  POISON: {
    code: 'POISON',
    message: 'The job ended its worker process too often and is not started again. Look at its attempts and the logs.',
    retryable: false,
  },
  NOT_STARTED: {
    code: 'NOT_STARTED',
    message: 'The job had not started by the time it was allowed to wait for.',
    retryable: false,
  },
  DEADLINE: {
    code: 'DEADLINE',
    message: 'The job was not finished by its deadline.',
    retryable: false,
  },
} as const satisfies Record<string, JobFailure>;
