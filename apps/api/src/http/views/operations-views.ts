import {
  type JobType,
  type QueueBody,
  type QueueDepth,
  type QueuePause,
  type WorkerBody,
  type WorkerRecord,
  toPublicId,
} from '@otklik/contracts';

/** A queue as operators see it: every priority is there, also those where nothing is to be done. */
export const toQueueBody = (type: JobType, depths: readonly QueueDepth[], pauses: readonly QueuePause[]): QueueBody => {
  const pause = pauses.find((one) => one.type === type);
  return {
    name: type,
    paused: pause !== undefined,
    pausedAt: pause?.pausedAt.toISOString() ?? null,
    pausedBy: pause?.pausedBy ?? null,
    priorities: depths.filter((depth) => depth.type === type).map(({ type: _type, ...depth }) => depth),
  };
};

export const toWorkerBody = ({ id, queues, startedAt, lastSeenAt, ...worker }: WorkerRecord): WorkerBody => ({
  id: toPublicId('worker', id),
  ...worker,
  queues: queues.map(({ type, lastConsumedAt, ...queue }) => ({
    name: type,
    ...queue,
    lastConsumedAt: lastConsumedAt?.toISOString() ?? null,
  })),
  startedAt: startedAt.toISOString(),
  lastSeenAt: lastSeenAt.toISOString(),
});
