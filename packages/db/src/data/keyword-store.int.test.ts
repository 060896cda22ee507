import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { JobCancelled, newId } from '@otklik/shared';
import { type DataUnderTest, openDataUnderTest, waitFor } from '@otklik/testing';

let data: DataUnderTest;
beforeAll(async () => {
  data = await openDataUnderTest();
});
afterAll(() => data.close());

test('when many add the same keyword at once, then all get the one that was first', async () => {
  const workspaceId = await data.workspace();
  const add = (phrase: string) => data.db.keywords.add({ workspaceId, id: newId(), phrase, normalized: 'цена' });
  const added = await Promise.all(Array.from({ length: 20 }, (_none, i) => add(`Цена${' '.repeat(i)}`)));
  expect(new Set(added.map(({ id }) => id)).size).toBe(1);
  expect(await data.db.keywords.list(workspaceId)).toEqual([added[0]]);
});

test('when an attempt is told to end while it reads keywords or results, then the read is over at once, with its reason', async () => {
  const workspaceId = await data.workspace();
  const reason = new JobCancelled('The job was cancelled.');
  const reads = [
    (signal: AbortSignal) => data.db.keywords.list(workspaceId, signal),
    (signal: AbortSignal) => data.db.jobs.pipelineResults({ workspaceId, pipelineId: newId(), type: 'parse', signal }),
  ];
  await data.look('BEGIN; LOCK TABLE keyword, job');
  try {
    for (const read of reads) {
      const end = new AbortController();
      const reading = read(end.signal);
      reading.catch(() => undefined);
      await waitFor(async () => (await waiting()) === 1, { what: 'a read that waits for the lock' });
      end.abort(reason);
      await expect(reading).rejects.toBe(reason);
      await waitFor(async () => (await waiting()) === 0, { what: 'the end of the read in the server' });
    }
  } finally {
    await data.look('COMMIT');
  }
});

/** Statements that wait for a lock. */
const waiting = async (): Promise<number> => {
  // A transaction sees the connections that there were when it first looked.
  await data.look('SELECT pg_stat_clear_snapshot()');
  return (await data.look(`SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`)).length;
};
