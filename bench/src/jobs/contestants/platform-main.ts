import { createDispatcher } from '@otklik/core';
import { openDatabase } from '@otklik/db';
import { createProducer, createQueueEngine } from '@otklik/queue';
import { silentLogger, systemClock } from '@otklik/shared';
import pg from 'pg';
import { noopJob } from '../noop-parse.ts';
import { startNoopWorker } from '../start-noop-worker.ts';
import { batches } from './batches.ts';
import { serveContestant } from './contestant.ts';
import { untilNone } from './until-none.ts';

/** Inserted in one statement. */
const TOGETHER = 1_000;

/** All have begun, so that none can be queued; the condition is that of an index. */
const UNDONE = `SELECT 1 FROM job WHERE state IN ('running', 'cancelling') LIMIT 1`;

/**
 * A worker process of ours, dispatcher and reconciler included, and what an API process does: the move that submits, many jobs
 * at a time, and a dispatcher of its own that is nudged after each.
 */
await serveContestant(async ({ database, redis, workspace }, tally) => {
  const worker = await startNoopWorker({ database, redis, began: tally.note });
  const db = openDatabase({ url: database, name: 'bench', poolMax: 1, logger: silentLogger });
  const engine = createQueueEngine({ queueUrl: redis, logger: silentLogger });
  const producer = createProducer({ engine });
  const dispatcher = createDispatcher({ jobs: db.mover, queue: producer, clock: systemClock, logger: silentLogger });
  dispatcher.start();
  const client = new pg.Client({ connectionString: database });
  await client.connect();
  return {
    insert: async (amount) => {
      for (const batch of batches(amount, TOGETHER)) {
        const [first, ...others] = batch.map(noopJob);
        if (first === undefined) continue;
        await db.jobs.submit({ workspaceId: workspace, jobs: [first, ...others], idempotency: null });
        dispatcher.nudge();
      }
    },
    allRecorded: () => untilNone(client, UNDONE),
    close: async () => {
      await worker.close();
      await dispatcher.stop();
      await producer.close();
      await engine.close();
      await db.close();
      await client.end();
    },
  };
});
