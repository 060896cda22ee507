import { JobType, jobTypes } from '@otklik/contracts';
import type { JobDefaults } from '@otklik/core';
import { namedValues } from '@otklik/shared';
import { z } from 'zod';

const DAY_MS = 86_400_000;

/** What jobs get whose orders do not say it; the bounds are those of an order. */
export const jobDefaultsEnv = {
  JOB_TIMEOUT_MS: namedValues(z.partialRecord(JobType, z.coerce.number<string>().int().min(1_000).max(DAY_MS))).default({}),
  JOB_MAX_ATTEMPTS: namedValues(z.partialRecord(JobType, z.coerce.number<string>().int().min(1).max(20))).default({}),
  JOB_MAX_STARTS: z.coerce.number().int().min(1).max(100).default(8),
};

type Said = z.output<z.ZodObject<typeof jobDefaultsEnv>>;

export const toJobDefaults = ({ JOB_TIMEOUT_MS, JOB_MAX_ATTEMPTS, JOB_MAX_STARTS }: Said): JobDefaults => ({
  limits: Object.fromEntries(jobTypes.map((type) => [type, limitsOf(JOB_TIMEOUT_MS[type], JOB_MAX_ATTEMPTS[type])])),
  maxStarts: JOB_MAX_STARTS,
});

const limitsOf = (timeoutMs: number | undefined, maxAttempts: number | undefined) => ({
  ...(timeoutMs !== undefined && { timeoutMs }),
  ...(maxAttempts !== undefined && { maxAttempts }),
});
