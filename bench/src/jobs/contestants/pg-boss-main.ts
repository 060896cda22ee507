import { PgBoss } from 'pg-boss';
import pg from 'pg';
import { batches } from './batches.ts';
import { serveContestant } from './contestant.ts';
import { untilNone } from './until-none.ts';

const QUEUE = 'bench';
/** Four workers, and the shortest pause between two looks that it takes. */
const WORK = { batchSize: 500, localConcurrency: 4, pollingIntervalSeconds: 0.5 };
/** Inserted in one statement. */
const TOGETHER = 1_000;

const UNDONE = `SELECT 1 FROM pgboss.job WHERE name = '${QUEUE}' AND state < 'completed' LIMIT 1`;

/** pg-boss with batches; `--burst`: woken by NOTIFY, and without a pause as long as batches are full. */
await serveContestant(async ({ database, isBurst }, tally) => {
  const boss = new PgBoss({ connectionString: database, useListenNotify: isBurst });
  boss.on('error', (error) => process.stderr.write(`${String(error)}\n`));
  await boss.start();
  await boss.createQueue(QUEUE, { notify: isBurst });
  const client = new pg.Client({ connectionString: database });
  await client.connect();
  await boss.work(QUEUE, { ...WORK, burstWhenBatchFull: isBurst }, async (jobs) => {
    for (const { id } of jobs) tally.note(id);
  });
  return {
    insert: async (amount) => {
      for (const batch of batches(amount, TOGETHER))
        await boss.insert(
          QUEUE,
          batch.map((index) => ({ data: { index } })),
        );
    },
    allRecorded: () => untilNone(client, UNDONE),
    close: async () => {
      await boss.stop();
      await client.end();
    },
  };
});
