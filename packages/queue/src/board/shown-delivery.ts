import { type Priority, QueueMessage, toPublicId } from '@otklik/contracts';
import type { Disposition } from '../disposition.ts';
import { deliverySummary, priorityOf } from '../outgoing-delivery.ts';
import type { StoredDelivery } from '../queue-engine.ts';

/** How a delivery looks on the board: ids, a line, times. */
export type ShownDelivery = {
  readonly id: string;
  readonly summary: string;
  /** `job_…`; null when the delivery is none of ours. */
  readonly job: string | null;
  readonly dispatch: number | null;
  readonly band: number;
  readonly priority: Priority | null;
  readonly addedAt: number;
  readonly startedAt: number | undefined;
  readonly endedAt: number | undefined;
  readonly worker: string | undefined;
  /** What became of the attempt: `succeeded`, `waited` … */
  readonly end: string | undefined;
  /** The code of the failure, '' when there was none. */
  readonly failure: string;
};

const FOREIGN = 'not a delivery of Otklik';
const UNNAMED_FAILURE = 'UNKNOWN';

const ENDS: readonly Disposition['kind'][] = ['succeeded', 'waited', 'yielded', 'cancelled', 'dropped', 'failed'];
/** The code that stands in front of every reason of ours; what follows may quote anything. */
const CODE = /^[A-Z][A-Z0-9_]{1,63}(?=: )/;

/**
 * What of a stored delivery may be seen. Everything is taken from what we know the shape of and nothing is copied: a
 * store is written to by more than one program, and reasons of failures may quote what the job was about.
 */
export const toShown = ({ id, data, value, reason, band, ...times }: StoredDelivery): ShownDelivery => {
  const message = QueueMessage.safeParse(data).data;
  const priority = priorityOf(band) ?? null;
  return {
    id,
    summary: message === undefined || priority === null ? FOREIGN : deliverySummary({ ...message, priority }),
    job: message === undefined ? null : toPublicId('job', message.jobId),
    dispatch: message?.generation ?? null,
    band,
    priority,
    ...times,
    end: endOf(value),
    failure: failureOf(reason),
  };
};

const endOf = (value: unknown): string | undefined => {
  if (typeof value !== 'object' || value === null || !('kind' in value)) return undefined;
  return ENDS.find((kind) => kind === value.kind);
};

const failureOf = (reason: unknown): string => {
  if (reason === undefined || reason === null || reason === '') return '';
  return (typeof reason === 'string' && CODE.exec(reason)?.[0]) || UNNAMED_FAILURE;
};
