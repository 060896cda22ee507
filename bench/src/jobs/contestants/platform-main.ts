import { openDatabase } from '@otklik/db';
import { silentLogger } from '@otklik/shared';
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

/** A worker process of ours, dispatcher and reconciler included, and the move that submits, many jobs at a time. */
await serveContestant(async ({ database, redis, workspace }, tally) => {
  const worker = await startNoopWorker({ database, redis, began: tally.note });
  const db = openDatabase({ url: database, name: 'bench', poolMax: 1, logger: silentLogger });
  const client = new pg.Client({ connectionString: database });
  await client.connect();
  return {
    insert: async (amount) => {
      for (const batch of batches(amount, TOGETHER)) {
        const [first, ...others] = batch.map(noopJob);
        if (first !== undefined) await db.jobs.submit({ workspaceId: workspace, jobs: [first, ...others], idempotency: null });
      }
    },
    allRecorded: () => untilNone(client, UNDONE),
    close: async () => {
      await worker.close();
      await db.close();
      await client.end();
    },
  };
});
