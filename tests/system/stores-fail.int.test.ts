import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type PrivateServer, QUICK_INSERTS, SLEEPY_INSERTS, isDeepRun, openSession, startPrivatePostgres, waitFor } from '@otklik/testing';
import type { Answer, ApiCaller } from './testing/api-caller.ts';
import { findUnsettled } from './testing/invariant.ts';
import { type ProductUnderTest, startProduct } from './testing/product-under-test.ts';

const order = { target: { wall: 'empty' } };
const submit = (caller: ApiCaller): Promise<Answer> => caller.call('POST', '/v1/jobs/parse', order);

/** Requests at once, and until when the API has to serve again: a loaded machine is no fault of the product's. */
const [TOGETHER, BACK_WITHIN_MS] = isDeepRun() ? [200, 1_000] : [20, 10_000];
/** 200 ms above the product's own limit, and more where this process itself has so much to do. */
const HEARD_WITHIN_MS = isDeepRun() ? 4_000 : 2_500;
/** A job that was accepted before becomes due when no connection is left. */
const DUE_MS = 1_500;

const idOf = ({ body }: Answer): string => (typeof body === 'object' && body !== null && 'id' in body ? String(body.id) : '');

describe('when PostgreSQL is not there, then nothing is accepted and the caller hears it in time', () => {
  let postgres: PrivateServer;
  let product: ProductUnderTest;
  let caller: ApiCaller;
  beforeAll(async () => {
    postgres = await startPrivatePostgres();
    const pace = isDeepRun() ? 'production' : 'quick';
    product = await startProduct({ databaseUrl: postgres.url, queueUrl: postgres.url, pace });
    caller = await product.caller(await product.startApi({ DATABASE_POOL_MAX: '4' }));
    expect((await submit(caller)).status).toBe(202);
  });
  afterAll(async () => {
    await product.stop();
    await postgres.stop();
  });

  const expectRefused = (answers: readonly Answer[]): void => {
    for (const { status, body, ms } of answers) {
      expect([status, body]).toEqual([
        503,
        expect.objectContaining({ code: expect.stringMatching(/^(DB_UNAVAILABLE|DB_TIMEOUT|SERVICE_UNAVAILABLE)$/), status: 503 }),
      ]);
      expect(ms).toBeLessThan(HEARD_WITHIN_MS);
    }
  };

  /** What was accepted before and after the fault runs, and nothing else is there. */
  const expectAllRun = async (accepted: Answer): Promise<void> => {
    const worker = await product.startWorker('w1');
    expect(await caller.end(idOf(accepted))).toMatchObject({ state: 'succeeded' });
    const session = await openSession(postgres.url);
    await waitFor(async () => (await findUnsettled({ query: (text) => session.read(text) })).length === 0, { timeoutMs: 30_000 });
    await session.end();
    await worker.kill('SIGTERM');
  };

  test('fault 10: every connection of its pool held, while the worker has its own', async () => {
    const worker = await product.startWorker('w1');
    const session = await openSession(postgres.url);
    const runAt = new Date(Date.now() + DUE_MS).toISOString();
    const later = await caller.submit('parse', { ...order, runAt });
    const count = async (which: string): Promise<number> => (await session.read(`SELECT FROM job WHERE ${which}`)).length;
    const before = await count('true');
    await session.run(SLEEPY_INSERTS);
    const refused: Answer[] = [];
    // For as long as the worker has something to do, so that it does it meanwhile.
    do refused.push(...(await Promise.all(Array.from({ length: TOGETHER }, () => submit(caller)))));
    while ((await count(`state = 'succeeded' AND 'job_' || replace(id::text, '-', '') = '${later.id}'`)) === 0);
    await session.run(QUICK_INSERTS);
    expectRefused(refused);
    const again = await waitFor(
      async () => {
        const answer = await submit(caller);
        return answer.status === 202 && answer;
      },
      { timeoutMs: BACK_WITHIN_MS },
    );
    await worker.kill('SIGTERM');
    await expectAllRun(again);
    // At the end, for what was refused might be recorded when there is time for it.
    expect(await count('true')).toBe(before + 1);
    await session.end();
  }, 60_000);

  test('its connections cut again and again, while jobs run', async () => {
    const worker = await product.startWorker('w1');
    const cutter = await openSession(postgres.url);
    const answers: Answer[] = [];
    for (let round = 0; round < 10; round += 1) {
      answers.push(await submit(caller), await submit(caller));
      await cutter.run(
        'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname = current_database()',
      );
    }
    const accepted = answers.filter(({ status }) => status === 202);
    expect(accepted.length).toBeGreaterThan(0);
    for (const answer of accepted) expect(await caller.end(idOf(answer))).toMatchObject({ state: 'succeeded' });
    expect(answers.every(({ status }) => status === 202 || status === 503)).toBe(true);
    const alive = `SELECT id FROM job WHERE state NOT IN ('succeeded', 'failed', 'timed_out', 'cancelled')`;
    // Also those that were committed while their answer was lost.
    await waitFor(async () => (await cutter.read(alive)).length === 0, { timeoutMs: 60_000 });
    await cutter.end();
    expect(await worker.kill('SIGTERM')).toEqual({ code: 0, signal: null });
  }, 120_000);
});
