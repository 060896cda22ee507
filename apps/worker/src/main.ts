import { makeFailpoint } from '@otklik/core';
import { VERSION, createLogger, createMetrics, runApp, untilAborted } from '@otklik/shared';
import { loadWorkerConfig } from './config.ts';
import { startWorker } from './start-worker.ts';

/** `npm run worker`. */
await runApp({
  main: async (stop) => {
    const config = loadWorkerConfig(process.env);
    const logger = createLogger({ level: config.logLevel, service: 'worker' });
    const metrics = createMetrics({ service: 'worker', version: VERSION, logger });
    const failpoint = makeFailpoint(config.failpoints ?? [], () => process.kill(process.pid, 'SIGKILL'));
    const worker = await startWorker(config, { logger, metrics, failpoint });
    await untilAborted(stop);
    await worker.close();
  },
});
