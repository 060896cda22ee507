import { type DispatchItem, type JobType, priorities, type Priority, type QueueMessage } from '@otklik/contracts';
import { InternalError } from '@otklik/shared';
import { MAX_MESSAGE_BYTES } from './bull-queue.ts';
import type { OutgoingDelivery } from './queue-engine.ts';

/** Id of a delivery. BullMQ forbids `:` in it. */
export const deliveryId = ({ jobId, generation }: Pick<DispatchItem, 'jobId' | 'generation'>): string => `${jobId}-g${generation}`;

const DELIVERY_ID = /^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})-g([1-9]\d{0,8})$/;

/** What the id of a delivery says; nothing when it is none of ours. */
export const identityOf = (id: string, type: JobType): readonly Pick<DispatchItem, 'jobId' | 'generation' | 'type'>[] => {
  const [, jobId, generation] = DELIVERY_ID.exec(id) ?? [];
  return jobId === undefined ? [] : [{ jobId, generation: Number(generation), type }];
};

/** A delivery in one line, for people who look at a queue. */
export const deliverySummary = ({ type, priority, generation }: Pick<DispatchItem, 'type' | 'priority' | 'generation'>): string =>
  `${type}, ${priority}, dispatch ${generation}`;

/** 1 is served first. 0 is never used: BullMQ would serve it before everything else. */
export const bandOf = (priority: Priority): number => priorities.indexOf(priority) + 1;

/** undefined: none of ours. */
export const priorityOf = (band: number): Priority | undefined => priorities[band - 1];

/** What goes into the queue for a row. */
export const toDelivery = (item: DispatchItem): OutgoingDelivery => {
  const message: QueueMessage = { v: 1, jobId: item.jobId, generation: item.generation, type: item.type };
  if (Buffer.byteLength(JSON.stringify(message)) > MAX_MESSAGE_BYTES)
    throw new InternalError('A queue message must carry ids only', { context: { type: item.type } });
  return {
    id: deliveryId(item),
    summary: deliverySummary(item),
    message,
    band: bandOf(item.priority),
  };
};
