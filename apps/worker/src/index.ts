export { WorkerEnv, type WorkerConfig, loadWorkerConfig } from './config.ts';
export type { WorkerOptions } from './parts.ts';
export { type RunningWorker, startWorker } from './start-worker.ts';
