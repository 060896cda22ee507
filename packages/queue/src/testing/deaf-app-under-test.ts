import { createLogger, runApp, untilAborted } from '@otklik/shared';
import { createProducer, createQueueEngine, startWorkers } from '../index.ts';
import { deafen } from './deaf-engine.ts';
import { item } from './process-under-test.ts';

/** A worker process that never hears anything, on the store of the first argument. */
await runApp({
  main: async (stop, { giveUpWith }) => {
    const logger = createLogger({ level: 'warn', service: 'test' });
    const timing = { idleSuspicionMs: 120, abortGraceMs: 50 };
    const engine = createQueueEngine({ queueUrl: process.argv[2] ?? '', logger, timing });
    const workers = startWorkers({
      engine: deafen(engine, { times: Number.POSITIVE_INFINITY }).engine,
      types: ['parse'],
      handle: async () => ({ kind: 'succeeded' }),
      logger,
      giveUp: giveUpWith({ logger, withinMs: 30_000 }),
    });
    const producer = createProducer({ engine });
    await producer.addBulk([item()]);
    await untilAborted(stop);
    await workers.close({ graceMs: 5_000 });
    await producer.close();
    await engine.close();
  },
});
