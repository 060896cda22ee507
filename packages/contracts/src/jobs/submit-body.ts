import { z } from 'zod';
import { type JobType, jobRegistry, jobTypes } from './job-registry.ts';
import { Moment } from '../moment.ts';
import { childPolicies } from './submission.ts';
import { Priority } from './job-states.ts';

const DAY_MS = 86_400_000;
/** A word by which callers find their jobs. Letters, digits, marks, punctuation, symbols and spaces: PostgreSQL takes all of it. */
export const Label = z.string().regex(/^[\p{L}\p{M}\p{N}\p{P}\p{S} ]{1,64}$/u, 'must be 1 to 64 printable characters');

/** What every kind of job may be told, beside its payload. */
export const JobOptions = z.strictObject({
  priority: Priority.optional().describe("A follow-up without one takes its parent's; a first job without one is `normal`."),
  timeoutMs: z.int().min(1000).max(DAY_MS).optional().describe('Of one attempt, waiting excluded.'),
  maxAttempts: z.int().min(1).max(20).optional().describe('Attempts that may fail before the job fails.'),
  runAt: Moment.optional().describe('Not before.'),
  expiresAt: Moment.optional().describe('Ends as timed_out when it has not started by then.'),
  deadlineAt: Moment.optional().describe('Ends as timed_out when it is not finished by then.'),
  labels: z.array(Label).max(20).default([]).describe('Words by which you find it again.'),
});
export type JobOptions = z.output<typeof JobOptions>;

/** A job to submit, checked: the payload is that of its type. */
export type JobOrder = {
  readonly type: JobType;
  readonly payload: Readonly<Record<string, unknown>>;
  readonly options: JobOptions;
  readonly ifParentFails: (typeof childPolicies)[number];
  readonly then: readonly JobOrder[];
};

/** Follow-ups may nest this deep, and number this many in all. */
export const MAX_PIPELINE_DEPTH = 5;
export const MAX_PIPELINE_JOBS = 50;

/** What one job may be told: the largest scope fits, and a row stays a row. */
const MAX_PAYLOAD_BYTES = 131_072;

const optionNames = Object.keys(JobOptions.shape);

/**
 * Schema of the body of `POST /v1/jobs/{type}`: the payload's fields and the options side by side, plus `then`.
 * Its output is a {@link JobOrder}.
 */
export const submitBody = (type: JobType): z.ZodType<JobOrder> => orderSchema({ type, depth: 0 });

/** Counts a pipeline: the job and all its follow-ups. */
export const countOrders = (order: JobOrder): number => 1 + order.then.reduce((sum, child) => sum + countOrders(child), 0);

/** Any object as it came. A loose object of zod would drop the key `__proto__` without a word. */
const AnyObject = z.custom<Readonly<Record<string, unknown>>>(
  (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
  'must be an object',
);

/** What becomes of a follow-up whose parent ends without success. */
export const IfParentFails = z.enum(childPolicies).default('cancel');
const AnyJobType = z.enum(jobTypes);

type Place = { readonly type: JobType; readonly depth: number };

const orderSchema = ({ type, depth }: Place): z.ZodType<JobOrder> => {
  let followUps: z.ZodType<JobOrder[]> | undefined;
  // Made when the first body has some: made at once, each level would make the next one without end.
  const followUpsOf = (body: unknown) => {
    if (body === undefined) return { success: true as const, data: [] };
    followUps ??= z.array(followUp(depth + 1)).max(MAX_PIPELINE_JOBS);
    return followUps.safeParse(body);
  };
  return AnyObject.transform((body, ctx): JobOrder => {
    const parts = split(body, depth);
    const payload = jobRegistry[type].payload.safeParse(parts.payload);
    const options = JobOptions.safeParse(parts.options);
    const then = followUpsOf(parts.then);
    const policy = IfParentFails.safeParse(parts.ifParentFails);
    report(ctx, payload, []);
    if (payload.success && Buffer.byteLength(JSON.stringify(payload.data)) > MAX_PAYLOAD_BYTES)
      ctx.addIssue({ code: 'custom', message: `may ask for ${MAX_PAYLOAD_BYTES / 1_024} KiB at most, without options and follow-ups` });
    report(ctx, options, []);
    report(ctx, then, ['then']);
    report(ctx, policy, ['ifParentFails']);
    if (!payload.success || !options.success || !then.success || !policy.success) return z.NEVER;
    const order = { type, payload: payload.data, options: options.data, ifParentFails: policy.data, then: then.data };
    if (depth === 0 && jobRegistry[type].inheritsScope && !hasScope(payload.data))
      ctx.addIssue({ code: 'custom', path: ['scope'], message: 'is required: only a follow-up can inherit it' });
    if (depth === 0 && countOrders(order) > MAX_PIPELINE_JOBS)
      ctx.addIssue({ code: 'custom', path: ['then'], message: `a pipeline has at most ${MAX_PIPELINE_JOBS} jobs` });
    return order;
  });
};

const followUp = (depth: number): z.ZodType<JobOrder> => {
  const orders = new Map<JobType, z.ZodType<JobOrder>>();
  const orderOf = (type: JobType): z.ZodType<JobOrder> => {
    const order = orders.get(type) ?? orderSchema({ type, depth });
    orders.set(type, order);
    return order;
  };
  return AnyObject.transform((body, ctx): JobOrder => {
    if (depth > MAX_PIPELINE_DEPTH) {
      ctx.addIssue({ code: 'custom', message: `follow-ups nest at most ${MAX_PIPELINE_DEPTH} deep` });
      return z.NEVER;
    }
    const { type: named, ...rest } = body;
    const type = AnyJobType.safeParse(named);
    report(ctx, type, ['type']);
    if (!type.success) return z.NEVER;
    const parsed = orderOf(type.data).safeParse(rest);
    report(ctx, parsed, []);
    return parsed.success ? parsed.data : z.NEVER;
  });
};

const hasScope = (payload: object): boolean => 'scope' in payload && payload.scope !== undefined;

const split = (body: Readonly<Record<string, unknown>>, depth: number) => {
  const payload: Record<string, unknown> = {};
  const options: Record<string, unknown> = {};
  let then: unknown;
  let ifParentFails: unknown;
  for (const [name, value] of Object.entries(body)) {
    if (name === 'then') then = value;
    else if (name === 'ifParentFails' && depth > 0) ifParentFails = value;
    else if (optionNames.includes(name)) options[name] = value;
    else define(payload, name, value);
  }
  return { payload, options, then, ifParentFails };
};

/** Plain assignment of `__proto__` would set the prototype instead of a key that the schema then rejects. */
const define = (target: Record<string, unknown>, name: string, value: unknown): void => {
  Object.defineProperty(target, name, { value, enumerable: true, configurable: true, writable: true });
};

const report = (
  ctx: z.core.$RefinementCtx,
  parsed: { readonly success: boolean; readonly error?: z.ZodError | undefined },
  at: readonly PropertyKey[],
): void => {
  for (const issue of parsed.error?.issues ?? []) {
    const keys = issue.code === 'unrecognized_keys' ? issue.keys.map((key) => [key]) : [[]];
    for (const key of keys)
      ctx.addIssue({ code: 'custom', path: [...at, ...issue.path, ...key], message: key.length > 0 ? 'is not known here' : issue.message });
  }
};
