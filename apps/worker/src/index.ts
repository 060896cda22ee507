export { WorkerEnv, type WorkerConfig, loadWorkerConfig } from './config.ts';
export { type RunningWorker, type WorkerOptions, startWorker } from './start-worker.ts';
