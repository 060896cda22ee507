import { makeFailpoint } from '@otklik/core';
import { VERSION, createLogger, createMetrics, runApp, startLoopWatchdog, untilAborted } from '@otklik/shared';
import { loadWorkerConfig, startWorker } from '@otklik/worker';
import { misbehaving, parseMisbehaviour } from './misbehaving-processors.ts';
import { QUICK_BLOCKED_MS, quickTiming } from './quick-timing.ts';

/**
 * The worker as a process of a test: with short times (`OTKLIK_TEST_PACE=production`: with the real ones), and with
 * `OTKLIK_TEST_PROCESSORS=<name>[:<number>]` instead of the real processors. `OTKLIK_TEST_BLOCKED_MS` is how long its main
 * thread may be blocked.
 */
await runApp({
  main: async (stop, { giveUpWith }) => {
    const { OTKLIK_TEST_PROCESSORS: misbehaviour, OTKLIK_TEST_PACE: pace, OTKLIK_TEST_BLOCKED_MS: blockedMs, ...env } = process.env;
    const config = loadWorkerConfig(env);
    const logger = createLogger({ level: config.logLevel, service: 'worker' });
    const metrics = createMetrics({ service: 'worker', version: VERSION, logger });
    const failpoint = makeFailpoint(config.failpoints ?? [], () => process.kill(process.pid, 'SIGKILL'));
    const worker = await startWorker(config, {
      logger,
      metrics,
      failpoint,
      giveUp: giveUpWith({ logger, withinMs: 10_000 }),
      ...(pace !== 'production' && quickTiming),
      ...(misbehaviour !== undefined && { processors: misbehaving(parseMisbehaviour(misbehaviour)) }),
    });
    const watchdog = startLoopWatchdog({
      blockedAfterMs: Number(blockedMs ?? (pace === 'production' ? 5_000 : QUICK_BLOCKED_MS)),
      service: 'worker',
    });
    await untilAborted(stop);
    await worker.close();
    await watchdog.stop();
  },
});
