import { makeFailpoint } from '@otklik/core';
import { defaultQueueTiming } from '@otklik/queue';
import { VERSION, createLogger, createMetrics, runApp, startLoopWatchdog, untilAborted } from '@otklik/shared';
import { loadWorkerConfig } from './config.ts';
import { startWorker } from './start-worker.ts';

/** What follows the grace of running attempts, and then some. */
const CLOSING_MS = 15_000;

/** `npm run worker`. */
await runApp({
  main: async (stop, { giveUpWith }) => {
    const config = loadWorkerConfig(process.env);
    const logger = createLogger({ level: config.logLevel, service: 'worker' });
    const metrics = createMetrics({ service: 'worker', version: VERSION, logger });
    const failpoint = makeFailpoint(config.failpoints ?? [], () => process.kill(process.pid, 'SIGKILL'));
    const giveUp = giveUpWith({ logger, withinMs: config.shutdownGraceMs + CLOSING_MS });
    const worker = await startWorker(config, { logger, metrics, failpoint, giveUp });
    // Half a lock: whoever stands still for longer loses its jobs to others, and may never know.
    const watchdog = startLoopWatchdog({ blockedAfterMs: defaultQueueTiming.lockDurationMs / 2, service: 'worker' });
    await untilAborted(stop);
    await worker.close();
    await watchdog.stop();
  },
});
