import { type JobOrder, type JobType, type NewJob, type Priority, jobRegistry } from '@otklik/contracts';

/** Limits that a job gets when its order names none; an operator may change them per type. */
export type JobDefaults = {
  readonly limits?: { readonly [T in JobType]?: { readonly timeoutMs?: number; readonly maxAttempts?: number } };
  /** Starts that may end without a word (crash, kill) before the job counts as poison. Default 8. */
  readonly maxStarts?: number;
};

type Deps = { readonly newId: () => string; readonly defaults?: JobDefaults };

type Pipeline = { readonly pipelineId: string | null; readonly requestId: string | null };

type Parent = { readonly id: string; readonly priority: Priority };

/**
 * Turns an order into rows: the job first, then its follow-ups, parents before children. A pipeline takes the id of
 * its first job.
 */
export const makeBuildJobs = ({ newId, defaults = {} }: Deps) => {
  const build = (order: JobOrder, parent: Parent | null, pipeline: Pipeline): [NewJob, ...NewJob[]] => {
    const id = newId();
    const priority = order.options.priority ?? parent?.priority ?? 'normal';
    const isPipeline = parent !== null || order.then.length > 0;
    const pipelineId = pipeline.pipelineId ?? (isPipeline ? id : null);
    const job: NewJob = {
      id,
      type: order.type,
      payload: order.payload,
      priority,
      ...limitsOf(order, defaults),
      runAt: momentOf(order.options.runAt),
      expiresAt: momentOf(order.options.expiresAt),
      deadlineAt: momentOf(order.options.deadlineAt),
      labels: order.options.labels,
      parents: parent === null ? [] : [{ id: parent.id, ifParentFails: order.ifParentFails }],
      pipelineId,
      replayOf: null,
      checkpoint: null,
      requestId: pipeline.requestId,
    };
    const children = order.then.flatMap((child) => build(child, { id, priority }, { ...pipeline, pipelineId }));
    return [job, ...children];
  };
  return (order: JobOrder, requestId: string | null): [NewJob, ...NewJob[]] => build(order, null, { pipelineId: null, requestId });
};

const limitsOf = ({ type, options }: JobOrder, { limits, maxStarts = 8 }: JobDefaults) => ({
  timeoutMs: options.timeoutMs ?? limits?.[type]?.timeoutMs ?? jobRegistry[type].timeoutMs,
  maxAttempts: options.maxAttempts ?? limits?.[type]?.maxAttempts ?? jobRegistry[type].maxAttempts,
  maxStarts,
});

const momentOf = (text: string | undefined): Date | null => (text === undefined ? null : new Date(text));
