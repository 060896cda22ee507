import { afterEach, describe, expect, test } from '@jest/globals';
import { toPublicId } from '@otklik/contracts';
import type { FailpointName } from '@otklik/core';
import { newId } from '@otklik/shared';
import { describeWithRedis, isDeepRun, waitFor } from '@otklik/testing';
import { SPECIAL_WALLS } from '@otklik/vk-simulator';
import { z } from 'zod';
import { addOldJobs, loseAWorker } from './testing/aged-jobs.ts';
import type { ApiCaller } from './testing/api-caller.ts';
import { findUnsettled, storedIds } from './testing/invariant.ts';
import { type ProductUnderTest, startProduct } from './testing/product-under-test.ts';
import { type Engine, type QueueStores, openStores } from './testing/queue-stores.ts';

const { screenName, ownerId } = SPECIAL_WALLS.pages;
const crawl = { target: { wall: screenName } };

const survives = (engine: Engine): void => {
  let stores: QueueStores;
  let product: ProductUnderTest;
  afterEach(async () => {
    await product.stop();
    await stores.close();
  });
  const start = async (): Promise<void> => {
    stores = await openStores(engine, { isPrivate: true });
    product = await startProduct({ ...stores, pace: 'quick' });
  };
  const allSucceeded = (caller: ApiCaller) =>
    waitFor(
      async () => {
        const all = await caller.jobs('limit=200');
        return all.every(({ state }) => state === 'succeeded') && all;
      },
      { timeoutMs: 60_000, everyMs: 100, what: 'all jobs to succeed' },
    );

  test('fault 2 and 2b: when the API dies after its commit, before it gave the job to the queue, or after that, then the job runs once, and the same key names the same job', async () => {
    await start();
    const submit = async (caller: ApiCaller, url: string, key: string): Promise<string> => {
      const headers = { authorization: `Bearer ${caller.key}`, 'content-type': 'application/json', 'idempotency-key': key };
      const response = await fetch(`${url}/v1/jobs/parse`, {
        method: 'POST',
        headers,
        body: JSON.stringify({ target: { wall: 'empty' } }),
      });
      return z.object({ id: z.string() }).parse(await response.json()).id;
    };
    const keys: string[] = [];
    for (const place of ['after-queue-add', 'after-dispatch-claim', 'after-submit-commit']) {
      const { url, process } = await product.startApi({ OTKLIK_FAILPOINTS: place });
      const key = newId();
      keys.push(key);
      // Whether the answer came before the end is nothing that the caller may count on.
      await submit(await product.caller({ url }), url, key).catch(() => undefined);
      expect(await process.exited).toMatchObject({ signal: 'SIGKILL' });
    }

    const [api] = await Promise.all([product.startApi(), product.startWorker('w1')]);
    const caller = await product.caller(api);
    const made = await stores.database.query<{ id: string }>(
      'SELECT job_id AS id FROM idempotency_record WHERE key = ANY($1) ORDER BY job_id',
      [keys],
    );
    const again: string[] = [];
    for (const key of keys) again.push(await submit(caller, api.url, key));
    expect(again.toSorted()).toEqual(made.map(({ id }) => toPublicId('job', id)));
    const jobs = await allSucceeded(caller);
    expect(jobs.map(({ id, starts }) => [id, starts]).toSorted()).toEqual(again.map((id) => [id, 1]).toSorted());
    expect(await findUnsettled(stores.database)).toEqual([]);
  }, 60_000);

  test('when workers die one after the other, each at another place where something is half done, then each job ends once and its effects are there once', async () => {
    await start();
    const caller = await product.caller(await product.startApi());
    for (const place of isDeepRun() ? everyPlace : someplaces) {
      await prepare[place]?.({ caller, stores });
      const doomed = product.spawnWorker(place, { OTKLIK_FAILPOINTS: place, RETENTION_JOBS_DAYS: '1', ...leading(place) });
      await waitFor(() => exitOf(doomed.exited), { timeoutMs: 60_000, what: `the death of ${place}` });
      expect(await doomed.exited).toEqual({ code: null, signal: 'SIGKILL' });
    }

    await product.startWorker('clean', { RETENTION_JOBS_DAYS: '1' });
    const jobs = await allSucceeded(caller);
    const truth = (await product.vk.truth(ownerId)).comments.map(({ id }) => String(id));
    expect(await storedIds(stores.database, 'test', ownerId)).toEqual(truth);
    const exports = jobs.filter(({ type }) => type === 'export').length;
    const [files] = await stores.database.query(`SELECT count(DISTINCT job_id)::int AS count, sum(rows)::int AS rows FROM export_file`);
    expect(files).toEqual({ count: exports, rows: exports * truth.length });
    await waitFor(async () => (await stores.database.query(`SELECT 1 FROM job WHERE labels = '{old}'`)).length === 0, {
      what: 'old jobs to go',
    });
    expect(await findUnsettled(stores.database)).toEqual([]);
  }, 300_000);
};

const everyPlace: readonly FailpointName[] = [
  'after-start',
  'before-success',
  'after-success',
  'after-export-rename',
  'after-lost-worker-repair',
  'in-epoch-repair',
  'before-epoch-record',
  'after-retention-batch',
];
const someplaces: readonly FailpointName[] = ['after-success', 'after-export-rename', 'in-epoch-repair', 'after-retention-batch'];

type Situation = { readonly caller: ApiCaller; readonly stores: QueueStores };

/** What makes a worker come to the place: work, or something to repair. */
const withWork = async ({ caller }: Situation): Promise<void> => void (await caller.submit('parse', crawl));
const withAnExport = async ({ caller }: Situation): Promise<void> =>
  void (await caller.submit('parse', { ...crawl, then: [{ type: 'export', format: 'csv' }] }));
const withALoss = async ({ caller, stores }: Situation): Promise<void> => {
  await withWork({ caller, stores });
  await waitFor(
    async () => (await stores.database.query(`SELECT 1 FROM job WHERE state = 'queued' AND dispatched_at IS NOT NULL`)).length > 0,
  );
  await stores.loseQueue();
};

const prepare: Readonly<Partial<Record<FailpointName, (situation: Situation) => Promise<void>>>> = {
  'after-start': withWork,
  'before-success': withWork,
  'after-success': withWork,
  'after-export-rename': withAnExport,
  'after-lost-worker-repair': async ({ caller, stores }) => {
    await withWork({ caller, stores });
    await loseAWorker(stores.database);
  },
  'in-epoch-repair': withALoss,
  'before-epoch-record': withALoss,
  'after-retention-batch': ({ stores }) => addOldJobs(stores.database, 1_200),
};

/** Who shall come to a place of the leader must not be kept busy: nothing is ordered of this type. */
const leading = (place: FailpointName): Readonly<Record<string, string>> =>
  /repair|epoch|retention/.test(place) ? { WORKER_QUEUES: 'analyze' } : {};

const exitOf = async (exited: Promise<unknown>): Promise<boolean> => (await Promise.race([exited, Promise.resolve('alive')])) !== 'alive';

describeWithRedis('with the queue on Redis', () => survives('redis'));
if (isDeepRun()) describe('with the queue on PostgreSQL', () => survives('postgres'));
