import { Logger, makeWorkerUtils, run } from 'graphile-worker';
import pg from 'pg';
import { batches } from './batches.ts';
import { serveContestant } from './contestant.ts';
import { untilNone } from './until-none.ts';

const TASK = 'nothing';
const CONCURRENCY = 10;
/** Inserted in one statement. */
const TOGETHER = 1_000;

const UNDONE = `SELECT 1 FROM graphile_worker._private_jobs LIMIT 1`;

/** Graphile Worker with its defaults but for its log, which it writes a line of for each job. */
await serveContestant(async ({ database }, tally) => {
  const logger = new Logger(() => () => undefined);
  const utils = await makeWorkerUtils({ connectionString: database, logger });
  const runner = await run({
    connectionString: database,
    concurrency: CONCURRENCY,
    noHandleSignals: true,
    logger,
    taskList: { [TASK]: async (_payload, { job }) => tally.note(job.id) },
  });
  const client = new pg.Client({ connectionString: database });
  await client.connect();
  return {
    insert: async (amount) => {
      for (const batch of batches(amount, TOGETHER)) await utils.addJobs(batch.map((index) => ({ identifier: TASK, payload: { index } })));
    },
    allRecorded: () => untilNone(client, UNDONE),
    close: async () => {
      await runner.stop();
      await utils.release();
      await client.end();
    },
  };
});
