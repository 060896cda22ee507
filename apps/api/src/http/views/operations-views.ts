import {
  type JobType,
  type QueueBody,
  type QueueDepth,
  type QueuePause,
  type QueueSetting,
  type WorkerBody,
  type WorkerRecord,
  toPublicId,
} from '@otklik/contracts';

type Known = {
  readonly depths: readonly QueueDepth[];
  readonly pauses: readonly QueuePause[];
  readonly settings: readonly QueueSetting[];
};

/** A queue as operators see it: every priority is there, also those where nothing is to be done. */
export const toQueueBody = (type: JobType, known: Known): QueueBody => {
  const pause = known.pauses.find((one) => one.type === type);
  const depths = known.depths.filter((depth) => depth.type === type);
  return {
    name: type,
    paused: pause !== undefined,
    pausedAt: pause?.pausedAt.toISOString() ?? null,
    pausedBy: pause?.pausedBy ?? null,
    draining: pause?.isDraining ?? false,
    concurrency: known.settings.find((one) => one.type === type)?.concurrency ?? null,
    running: depths.reduce((sum, { running }) => sum + running, 0),
    priorities: depths.map(({ type: _type, ...depth }) => depth),
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
