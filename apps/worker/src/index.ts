export { WorkerEnv, type WorkerConfig, loadWorkerConfig } from './config.ts';
export type { WorkerOptions } from './parts.ts';
export { workerNodeArgs } from './node-args.ts';
export { type RunningWorker, startWorker } from './start-worker.ts';
