import { JobEventData, type JobEvent, type JobEventKind, type JobState } from '@otklik/contracts';

export type JobTale = {
  readonly id: string;
  readonly state: JobState;
  readonly version: number;
  readonly events: readonly Pick<JobEvent, 'seq' | 'kind' | 'data'>[];
};

/** From which states to which one an event leads. */
const steps: Readonly<Record<Exclude<JobEventKind, 'submitted'>, readonly [from: readonly JobState[], to: JobState]>> = {
  released: [['blocked'], 'queued'],
  started: [['queued'], 'running'],
  taken_over: [['running'], 'running'],
  held_back: [['queued'], 'queued'],
  attempt_failed: [['running'], 'queued'],
  attempt_timed_out: [['running'], 'queued'],
  waited: [['running'], 'queued'],
  woken: [['queued'], 'queued'],
  yielded: [['running'], 'queued'],
  worker_lost: [['running'], 'queued'],
  requeued: [['queued'], 'queued'],
  cancel_asked: [['running'], 'cancelling'],
  succeeded: [['running', 'cancelling'], 'succeeded'],
  failed: [['running'], 'failed'],
  poisoned: [['running'], 'failed'],
  timed_out: [['running'], 'timed_out'],
  expired: [['blocked', 'queued'], 'timed_out'],
  deadline_passed: [['blocked', 'queued', 'running', 'cancelling'], 'timed_out'],
  cancelled: [['blocked', 'queued', 'cancelling'], 'cancelled'],
};

/**
 * What is wrong with the events of a job; null when they tell its whole life: each follows from the one before, none is
 * missing, and the last one left the job where it is. Holds for jobs that reported no progress, which leaves gaps.
 */
export const judgeTale = ({ state, version, events }: JobTale): string | null => {
  let now: JobState | undefined;
  for (const [index, { seq, kind, data }] of events.entries()) {
    if (seq !== index + 1) return `event ${index + 1} has the number ${seq}`;
    const checked = JobEventData.nullable().safeParse(data);
    if (!checked.success) return `${kind} says ${JSON.stringify(data)}`;
    if (kind === 'submitted') now = checked.data?.state;
    else if (now !== undefined && steps[kind][0].includes(now)) now = steps[kind][1];
    else return `${kind} happened to a job that was ${now}`;
  }
  if (events.length !== version) return `there are ${events.length} events of a job of version ${version}`;
  return now === state ? null : `the events end with ${now}, the job is ${state}`;
};
