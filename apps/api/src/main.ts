import { makeFailpoint } from '@otklik/core';
import { VERSION, createLogger, createMetrics, runApp, untilAborted } from '@otklik/shared';
import { loadApiConfig } from './config.ts';
import { startApi } from './start-api.ts';

/** `npm run api`. */
await runApp({
  main: async (stop) => {
    const config = loadApiConfig(process.env);
    const logger = createLogger({ level: config.logLevel, service: 'api' });
    const metrics = createMetrics({ service: 'api', version: VERSION, logger });
    const failpoint = makeFailpoint(config.failpoints ?? [], () => process.kill(process.pid, 'SIGKILL'));
    const api = await startApi(config, { logger, metrics, failpoint });
    await untilAborted(stop);
    await api.close();
  },
});
