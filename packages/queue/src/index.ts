export { checkQueueStore } from './check-queue-store.ts';
export { createQueueEngine, type QueueEngineOptions } from './create-queue-engine.ts';
export type { Disposition } from './disposition.ts';
export type { Handle } from './deliveries.ts';
export { createProducer, deliveryId, type Producer } from './producer.ts';
export type { QueueCounts, QueueEngine } from './queue-engine.ts';
export { defaultQueueTiming, type QueueTiming } from './queue-timing.ts';
export { startWorkers, type StartWorkersOptions, type Workers, type WorkerStatus } from './start-workers.ts';
