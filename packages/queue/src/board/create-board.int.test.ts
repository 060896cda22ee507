import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import type { JobType } from '@otklik/contracts';
import { deliveryId } from '../outgoing-delivery.ts';
import { item, openProcess, type ProcessUnderTest, until } from '../testing/process-under-test.ts';
import { describeOnEachEngine, openStore, type StoreUnderTest } from '../testing/store-under-test.ts';
import { type Board, type BoardOptions, createBoard } from './create-board.ts';

const SECRET = 'vk1.a.canary';

const PAUSE = 'put /api/queues/:queueName/pause';
const CLEAN_ALL = 'put /api/queues/:queueName/clean/:queueStatus';
const CLEAN_ONE = 'put /api/queues/:queueName/:jobId/clean';
const RESUME = 'put /api/queues/:queueName/resume';
const ALLOWED = new Set([PAUSE, RESUME, CLEAN_ALL, CLEAN_ONE, 'put /api/queues/pause', 'put /api/queues/resume']);

describeOnEachEngine('the board', (name) => {
  let store: StoreUnderTest;
  let app: ProcessUnderTest;
  let board: Board;
  let paused: Map<JobType, string>;
  beforeAll(async () => {
    store = await openStore(name);
    // On PostgreSQL the tables come with the first use.
    const first = openProcess(store.url);
    await first.engine.assertQueueStore();
    await first.close();
  });
  afterAll(() => store.close());
  beforeEach(async () => {
    app = openProcess(store.url);
    paused = new Map();
    board = await open('write');
  });
  afterEach(async () => {
    await board.close();
    await app.close();
    await store.loseEverything();
  });

  const open = (access: BoardOptions['access']): Promise<Board> =>
    createBoard({
      engine: app.engine,
      access,
      basePath: '/admin/queues',
      environment: 'staging <b>',
      jobPath: (id) => `/admin/jobs/${id}`,
      pauses: {
        list: async () => new Set(paused.keys()),
        pause: async (type, by) => void paused.set(type, by),
        resume: async (type) => void paused.delete(type),
      },
    });
  const namesOf = ({ routes }: Board): string[] => routes.map(({ method, path }) => `${method} ${path}`);
  const ask = async (of: Board, route: string, params: Readonly<Record<string, string>> = {}) => {
    const found = of.routes.find(({ method, path }) => `${method} ${path}` === route);
    if (found === undefined) throw new Error(`the board has no ${route}`);
    return found.answer({ params: { queueName: 'parse', ...params }, query: {}, body: {}, by: 'key-1' });
  };
  const listed = async (status = 'latest'): Promise<string> => {
    const route = board.routes.find(({ path }) => path === '/api/queues');
    const query = { activeQueue: 'parse', status, page: '1', jobsPerPage: '20' };
    return JSON.stringify((await route?.answer({ params: {}, query, body: {}, by: 'key-1' }))?.body);
  };

  test('when secrets lie in the store, then no route that reads shows them, and every delivery of ours leads to its job', async () => {
    const one = item({ priority: 'high' });
    app.start(async () => ({ kind: 'failed', error: { code: 'VK_API', message: `refused ${SECRET}`, retryable: false } }));
    await store.addRaw('parse', 'raw', { token: SECRET, text: SECRET });
    await app.producer.addBulk([one]);
    await until(
      async () => (await store.look('parse', 'raw')).state + (await store.look('parse', deliveryId(one))).state,
      (states) => states === 'failedfailed',
    );
    const shown = await listed();
    expect(shown).toContain(`"href":"/admin/jobs/job_${one.jobId.replaceAll('-', '')}"`);
    expect(shown).toContain('"failedReason":"VK_API"');
    const reads = namesOf(board).filter((route) => route.startsWith('get'));
    expect(reads.length).toBeGreaterThan(5);
    for (const route of reads)
      for (const jobId of ['raw', deliveryId(one)]) {
        const answered = await ask(board, route, { jobId }).catch((thrown: unknown) => String(thrown));
        expect([route, JSON.stringify(answered)]).not.toEqual([route, expect.stringContaining(SECRET)]);
      }
  });

  test('when it is read-only, then it changes nothing, whatever it is asked for', async () => {
    const readOnly = await open('read');
    for (const route of namesOf(readOnly).filter((one) => !one.startsWith('get')))
      await expect(ask(readOnly, route, { jobId: 'x', queueStatus: 'failed' })).rejects.toMatchObject({ code: 'FORBIDDEN' });
    expect(paused.size).toBe(0);
    await readOnly.close();
  });

  test('when it may write, then it pauses in the name of who asks, resumes, forgets what has ended, and refuses the rest', async () => {
    await ask(board, PAUSE);
    expect([...paused]).toEqual([['parse', 'key-1']]);
    expect(await listed()).toContain('"isPaused":true');
    await ask(board, RESUME);
    await ask(board, 'put /api/queues/pause');
    expect([...paused.keys()].toSorted()).toEqual(['analyze', 'export', 'parse']);
    await ask(board, 'put /api/queues/resume');
    expect(paused.size).toBe(0);
    for (const route of namesOf(board).filter((one) => !one.startsWith('get') && !ALLOWED.has(one)))
      await expect(ask(board, route, { jobId: 'x', queueStatus: 'failed' })).rejects.toMatchObject({ code: 'FORBIDDEN' });
  });

  test('when deliveries are cleaned, then those that have ended go, one by one or all, and those that wait stay', async () => {
    const waiting = item();
    await app.producer.addBulk([waiting]);
    await expect(ask(board, CLEAN_ONE, { jobId: deliveryId(waiting) })).rejects.toMatchObject({ code: 'CONFLICT' });
    await expect(ask(board, CLEAN_ALL, { queueStatus: 'wait' })).rejects.toMatchObject({ code: 'FORBIDDEN' });
    expect((await store.look('parse', deliveryId(waiting))).state).toBe('prioritized');

    const workers = app.start(async () => ({ kind: 'succeeded' }));
    const stateOf = async (id: string): Promise<string> => (await store.look('parse', id)).state;
    await until(
      () => stateOf(deliveryId(waiting)),
      (state) => state === 'completed',
    );
    expect(await ask(board, CLEAN_ONE, { jobId: deliveryId(waiting) })).toMatchObject({ status: 204 });
    expect(await stateOf(deliveryId(waiting))).toBe('unknown');
    const [a, b] = [item(), item()];
    await app.producer.addBulk([a, b]);
    await until(
      async () => [await stateOf(deliveryId(a)), await stateOf(deliveryId(b))],
      (states) => states.every((state) => state === 'completed'),
    );
    await ask(board, CLEAN_ALL, { queueStatus: 'completed' });
    expect([await stateOf(deliveryId(a)), await stateOf(deliveryId(b))]).toEqual(['unknown', 'unknown']);
    await workers.close({ graceMs: 0 });
  });

  test('when the page is asked for, then it loads only from here, and says which installation this is', async () => {
    const page = await board.page();
    expect(page.replaceAll('http://www.w3.org/2000/svg', '')).not.toMatch(/(https?:)?\/\/\w/);
    expect(page).toContain('<base href="/admin/queues/">');
    expect(page).toContain(String.raw`staging \u003cb>`);
    expect(page).not.toContain('<style');
  });
});
