import { z } from 'zod';

/** The states of a job. job-lifecycle: PostgreSQL decides, the queue only carries. */
export const jobStates = ['blocked', 'queued', 'running', 'cancelling', 'succeeded', 'failed', 'timed_out', 'cancelled'] as const;
export const JobState = z.enum(jobStates).meta({ id: 'JobState' });
export type JobState = z.output<typeof JobState>;

/** States that nothing leaves any more; a database trigger holds this too. */
export const terminalStates = ['succeeded', 'failed', 'timed_out', 'cancelled'] as const satisfies readonly JobState[];

const terminal: ReadonlySet<JobState> = new Set(terminalStates);
export const isTerminal = (state: JobState): boolean => terminal.has(state);

/** Why a queued job isn't running. */
export const waitKinds = ['schedule', 'retry', 'pace', 'token', 'capacity', 'turn', 'paused', 'dispatch'] as const;
export const WaitingFor = z
  .object({
    kind: z.enum(waitKinds),
    until: z.iso.datetime({ offset: true }).nullable().describe('null when nobody can say.'),
    detail: z.string().describe('One sentence for a person.'),
  })
  .meta({ id: 'WaitingFor' });
export type WaitingFor = z.output<typeof WaitingFor>;

/** `partial`: the job succeeded, and its result lists what it could not get. */
export const jobOutcomes = ['complete', 'partial'] as const;
export const JobOutcome = z.enum(jobOutcomes);
export type JobOutcome = z.output<typeof JobOutcome>;

/** Priorities in the order of urgency; the number is the band in the database and the queue (lowest first). */
export const priorities = ['critical', 'high', 'normal', 'low'] as const;
export const Priority = z.enum(priorities).meta({ id: 'Priority' });
export type Priority = z.output<typeof Priority>;

/** How far a job is. `total` is null while unknown. */
export const Progress = z
  .object({
    stage: z.string().max(60),
    done: z.int().nonnegative(),
    total: z.int().nonnegative().nullable(),
    unit: z.string().max(30),
    message: z.string().max(300),
  })
  .meta({ id: 'Progress', description: 'How far it is. `total` is null while unknown.' });
export type Progress = z.output<typeof Progress>;

const fit = (text: string, max: number): string => (text.length > max ? `${text.slice(0, max - 1)}…` : text);

/** The progress with its words cut to what the schema allows: no reason to lose the work that it tells of. */
export const fitProgress = ({ stage, unit, message, ...counts }: Progress): Progress => ({
  ...counts,
  stage: fit(stage, 60),
  unit: fit(unit, 30),
  message: fit(message, 300),
});

/** Why a job or an attempt failed: stable code, one sentence, no secrets and no texts of comments. */
export const JobFailure = z
  .object({
    code: z.string(),
    message: z.string(),
    retryable: z.boolean(),
    vkCode: z.int().optional().describe('`error_code` of VK, where VK said no.'),
    fingerprint: z
      .string()
      .optional()
      .describe('The same for all failures of one cause, in whatever job; the log of the worker has it too.'),
  })
  .meta({ id: 'JobFailure' });
export type JobFailure = z.output<typeof JobFailure>;
