import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type TcpProxy, startTcpProxy, waitFor } from '@otklik/testing';
import { BRIEF, type WorkersUnderTest, openWorkersUnderTest } from './testing/workers-under-test.ts';

let workers: WorkersUnderTest;
beforeEach(async () => {
  workers = await openWorkersUnderTest();
});
afterEach(() => workers.close());

const cancel = (id: string) => workers.db.jobs.requestCancel(workers.workspaceId, id);
const spent = async (id: string): Promise<number | undefined> => (await workers.db.jobs.get(workers.workspaceId, id))?.attemptsSpent;

describe('a cancel, told to the worker that runs the job', () => {
  test('when several workers run, then the right attempt ends without a heartbeat, and doing it again changes nothing', async () => {
    await Promise.all(['w1', 'w2'].map((name) => workers.start(name)));
    const [first, second] = [await workers.submit(), await workers.submit()];
    for (const id of [first, second]) await workers.becomes(id, 'running');
    expect((await cancel(first))?.job.state).toBe('cancelling');
    await workers.becomes(first, 'cancelled');
    expect([await workers.ends(first), await workers.ends(second), await spent(first)]).toEqual([['cancelled'], ['running'], 0]);
    expect(await cancel(first)).toMatchObject({ job: { state: 'cancelled' }, ended: [] });
    await Promise.all([cancel(second), cancel(second)]);
    await workers.becomes(second, 'cancelled');
  });

  test('when the job is in the queue and not begun, then it ends at once, and its delivery begins nothing', async () => {
    await workers.start('w1');
    const blocker = await workers.submit();
    await workers.becomes(blocker, 'running');
    const [waiting, behind] = [await workers.submit(), await workers.submit()];
    const dispatched = `SELECT id FROM job WHERE state = 'queued' AND dispatched_at IS NOT NULL`;
    await waitFor(async () => (await workers.database.query(dispatched)).length === 2, { what: 'both to be in the queue' });
    expect((await cancel(waiting))?.job.state).toBe('cancelled');
    await cancel(blocker);
    // Its delivery came first.
    await workers.becomes(behind, 'running');
    expect([await workers.ends(waiting), (await workers.db.jobs.get(workers.workspaceId, waiting))?.starts]).toEqual([[], 0]);
  });

  test('when cancels meet jobs that are just ending, then each job ends in one way, and no attempt is spent', async () => {
    await Promise.all(['w1', 'w2'].map((name) => workers.start(name, { concurrency: 5 })));
    const ids = await Promise.all(Array.from({ length: 30 }, () => workers.submit({ labels: [BRIEF] })));
    await waitFor(async () => (await workers.states(ids)).includes('succeeded'), { what: 'the first to end' });
    await Promise.all(ids.map((id) => cancel(id)));
    await waitFor(async () => (await workers.states(ids)).every((state) => state === 'succeeded' || state === 'cancelled'));
    const ends = await Promise.all(ids.map(async (id) => (await workers.ends(id)).at(-1)));
    const states = await workers.states(ids);
    // One that never began has no attempt.
    expect(ends).toEqual(states.map((state, index) => (ends[index] === undefined && state === 'cancelled' ? undefined : state)));
    expect(new Set(await Promise.all(ids.map(spent)))).toEqual(new Set([0]));
  });

  test('when nothing passes to the worker that listens, then heartbeats tell it, and what has none looks as soon as it hears again', async () => {
    const proxy: TcpProxy = await startTcpProxy({ port: Number(new URL(workers.database.url).port) });
    try {
      const directUrl = proxy.through(workers.database.url);
      await workers.start('hearts', { directUrl, heartbeatMs: 200, types: ['parse'] });
      await workers.start('none', { directUrl, types: ['analyze'] });
      const [beating, silent] = [await workers.submit(), await workers.submit({ type: 'analyze' })];
      for (const id of [beating, silent]) await workers.becomes(id, 'running');
      proxy.blackhole();
      await cancel(silent);
      await cancel(beating);
      await workers.becomes(beating, 'cancelled');
      expect((await workers.db.jobs.get(workers.workspaceId, silent))?.state).toBe('cancelling');
      await proxy.restore();
      proxy.reset();
      await workers.becomes(silent, 'cancelled');
    } finally {
      await proxy.close();
    }
  });
});

describe('a queue that is drained', () => {
  test('when it is, then what runs gives its turn back at a safe point, others run on, and after resuming it goes on', async () => {
    await workers.start('w1');
    const [crawl, written] = [await workers.submit(), await workers.submit({ type: 'export' })];
    for (const id of [crawl, written]) await workers.becomes(id, 'running');
    expect(await workers.db.queuePauses.drain('parse', 'key')).toBe(true);
    await workers.db.queuePauses.drain('export', 'key');
    await workers.becomes(crawl, 'queued');
    expect([await workers.ends(crawl), await spent(crawl)]).toEqual([['yielded'], 0]);
    expect(await workers.db.jobs.get(workers.workspaceId, crawl)).toMatchObject({ isPaused: true });

    // Through a restart, and without a signal.
    await workers.start('w2', { types: ['parse'] });
    expect(await workers.db.queuePauses.drain('parse', 'key')).toBe(false);
    const late = await workers.submit({ type: 'analyze' });
    await workers.becomes(late, 'running');
    expect([await workers.ends(crawl), await workers.ends(written)]).toEqual([['yielded'], ['running']]);
    expect(await workers.db.queuePauses.resume('parse')).toBe(true);
    await workers.becomes(crawl, 'running');
    await cancel(crawl);
    await workers.becomes(crawl, 'cancelled');
    expect(await workers.ends(crawl)).toEqual(['yielded', 'cancelled']);
  });
});

describe('the concurrency of a queue', () => {
  const reported = async (): Promise<readonly number[]> =>
    (await workers.db.workers.list()).flatMap(({ queues }) => queues.map(({ concurrency }) => concurrency));

  test('when it is set, then running workers do more and fewer at once, new ones follow, and null gives each its own back', async () => {
    await workers.start('w1', { types: ['parse'] });
    const ids = await Promise.all(Array.from({ length: 6 }, () => workers.submit()));
    await waitFor(async () => (await workers.running('w1')).length === 1);
    expect(await workers.db.queueSettings.setConcurrency('parse', 3, 'key')).toBe(true);
    expect(await workers.db.queueSettings.setConcurrency('parse', 3, 'key')).toBe(false);
    await waitFor(async () => (await workers.running('w1')).length === 3);
    await waitFor(async () => (await reported()).join() === '3', { what: 'the worker to report it' });

    await workers.start('w2', { types: ['parse'], concurrency: 2 });
    await waitFor(async () => (await workers.running('w2')).length === 3);
    expect(await workers.db.queueSettings.setConcurrency('parse', null, 'key')).toBe(true);
    await waitFor(async () => (await reported()).join() === '1,2', { what: 'both to report their own' });
    for (const id of ids) await cancel(id);
    for (const id of ids) await workers.becomes(id, 'cancelled');
    const more = await Promise.all(Array.from({ length: 5 }, () => workers.submit()));
    await waitFor(async () => (await workers.running('w1')).length === 1 && (await workers.running('w2')).length === 2);
    for (const id of more) await cancel(id);
    for (const id of more) await workers.becomes(id, 'cancelled');
  });
});
