import { Queue, Worker } from 'bullmq';
import { Redis } from 'ioredis';
import { batches } from './batches.ts';
import { serveContestant } from './contestant.ts';

const QUEUE = 'bench';
const CONCURRENCY = 50;
/** Added in one round trip. */
const TOGETHER = 1_000;

/** BullMQ alone: no rows, no log, nothing kept of what is done. */
await serveContestant(async ({ redis }, tally) => {
  const connection = new Redis(redis, { maxRetriesPerRequest: null });
  const queue = new Queue(QUEUE, { connection, defaultJobOptions: { removeOnComplete: true } });
  let completed = 0;
  let end = Promise.withResolvers<void>();
  const worker = new Worker(QUEUE, async (job) => tally.note(job.id ?? ''), { connection, concurrency: CONCURRENCY });
  worker.on('completed', () => {
    completed += 1;
    if (completed === tally.began()) end.resolve();
  });
  await worker.waitUntilReady();
  return {
    insert: async (amount) => {
      end = Promise.withResolvers();
      for (const batch of batches(amount, TOGETHER)) await queue.addBulk(batch.map((index) => ({ name: 'nothing', data: { index } })));
    },
    allRecorded: async (total) => {
      while (completed < total) {
        await end.promise;
        end = Promise.withResolvers();
      }
    },
    close: async () => {
      await worker.close();
      await queue.close();
      connection.disconnect();
    },
  };
});
