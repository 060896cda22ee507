import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { jobTypes, priorities } from '@otklik/contracts';
import { createMetrics, silentLogger } from '@otklik/shared';
import request, { type Test } from 'supertest';
import { type ApiUnderTest, startApiUnderTest } from './testing/api-under-test.ts';

describe('what operators see and steer over HTTP', () => {
  let api: ApiUnderTest;
  let key: string;
  beforeAll(async () => {
    api = await startApiUnderTest();
    key = await api.key();
  });
  afterAll(() => api.close());

  const as = (sent: Test): Test => sent.set('Authorization', `Bearer ${key}`);
  const get = (path: string): Test => as(request(api.url).get(path));
  const post = (path: string, body: object = {}): Test => as(request(api.url).post(path)).send(body);

  test('when nothing is to be done, then every queue and every priority of it is told', async () => {
    const { body } = await get('/v1/queues').expect(200);
    expect(body.items.map(({ name }: { name: string }) => name)).toEqual(jobTypes);
    for (const queue of body.items)
      expect(queue).toEqual({
        name: expect.any(String),
        paused: false,
        pausedAt: null,
        pausedBy: null,
        draining: false,
        concurrency: null,
        running: 0,
        priorities: priorities.map((priority) => ({ priority, waiting: 0, running: 0, oldestSeconds: null })),
      });
  });

  test('when a queue is paused twice and resumed twice, then the first one counts, and the others change nothing', async () => {
    const keyId = key.split('_')[1];
    const first = (await post('/v1/queues/export:pause').expect(200)).body;
    expect(first).toMatchObject({ name: 'export', paused: true, pausedBy: keyId, pausedAt: expect.any(String) });
    expect((await post('/v1/queues/export:pause').expect(200)).body).toEqual(first);
    const listed = (await get('/v1/queues').expect(200)).body.items;
    expect(listed.map(({ paused }: { paused: boolean }) => paused)).toEqual([false, false, true]);
    for (let time = 0; time < 2; time += 1)
      expect((await post('/v1/queues/export:resume').expect(200)).body).toMatchObject({ paused: false, pausedAt: null, pausedBy: null });
  });

  test('when a queue is drained, then it is paused and drains, whatever it was before, until it is resumed', async () => {
    await post('/v1/queues/analyze:pause').expect(200);
    const drained = (await post('/v1/queues/analyze:drain').expect(200)).body;
    expect(drained).toMatchObject({ name: 'analyze', paused: true, draining: true, running: 0 });
    for (const way of ['drain', 'pause']) expect((await post(`/v1/queues/analyze:${way}`).expect(200)).body).toEqual(drained);
    expect((await post('/v1/queues/analyze:resume').expect(200)).body).toMatchObject({ paused: false, draining: false });
  });

  test('when jobs run while their queue is drained, then the answer says how many', async () => {
    const { body: job } = await post('/v1/jobs/export', { scope: { walls: ['-1'] }, format: 'csv' }).expect(202);
    await api.database.query(`UPDATE job SET state = 'running', lease = 1, starts = 1, heartbeat_at = now() WHERE type = 'export'`);
    expect((await post('/v1/queues/export:drain').expect(200)).body).toMatchObject({ draining: true, running: 1 });
    expect((await post(`/v1/jobs/${job.id}:cancel`, { pipeline: true }).expect(200)).body.state).toBe('cancelling');
    await post('/v1/queues/export:resume').expect(200);
    await api.database.query(`UPDATE job SET state = 'cancelled', finished_at = now() WHERE type = 'export'`);
  });

  test('when the concurrency of a queue is set, then it is told, and null gives it back to the workers', async () => {
    const set = (concurrency: unknown): Test => as(request(api.url).patch('/v1/queues/parse')).send({ concurrency });
    expect((await set(8).expect(200)).body).toMatchObject({ name: 'parse', concurrency: 8 });
    for (const wrong of [0, 501, 1.5, '8']) await set(wrong).expect(400);
    await as(request(api.url).patch('/v1/queues/nothing')).send({ concurrency: 8 }).expect(404);
    await as(request(api.url).patch('/v1/queues/parse')).send({}).expect(400);
    const { body } = await get('/v1/queues').expect(200);
    expect(body.items.map(({ concurrency }: { concurrency: unknown }) => concurrency)).toEqual([8, null, null]);
    expect((await set(null).expect(200)).body).toMatchObject({ concurrency: null });
  });

  test('when a job waits in a queue that is paused, then it says so under another tag, and again what it was after resuming', async () => {
    const { body: job } = await post('/v1/jobs/parse', { target: { wall: '-1' } }).expect(202);
    const before = await get(`/v1/jobs/${job.id}`).expect(200);
    await post('/v1/queues/parse:pause').expect(200);
    const held = await get(`/v1/jobs/${job.id}`).set('If-None-Match', before.headers['etag'] ?? '');
    expect([held.status, held.body.waitingFor]).toEqual([200, { kind: 'paused', until: null, detail: expect.any(String) }]);
    const { body: list } = await get('/v1/jobs?state=queued').expect(200);
    expect(list.items[0]).toMatchObject({ id: job.id, waitingFor: { kind: 'paused' } });
    await post('/v1/queues/parse:resume').expect(200);
    expect((await get(`/v1/jobs/${job.id}`).expect(200)).body.waitingFor.kind).toBe('turn');
  });

  test('when somebody names a queue that there is not, or sends what is not known, then that is refused and nothing is paused', async () => {
    await post('/v1/queues/nothing:pause').expect(404);
    await post('/v1/queues/parse:pause', { for: 'ever' }).expect(400);
    expect(await api.db.queuePauses.list()).toEqual([]);
  });

  test('when workers report, then they are listed with what they do, and told apart by whether they are heard of', async () => {
    const queues = [{ type: 'parse', concurrency: 10, active: 3, idleMs: 1_000 } as const];
    const worker = (name: string, isDraining = false) => ({
      id: randomUUID(),
      name,
      host: 'h',
      pid: 1,
      version: '1',
      queues,
      isDraining,
    });
    const [alive, draining, silent, gone] = [worker('a'), worker('b', true), worker('c'), worker('d')];
    for (const one of [alive, draining, silent, gone]) await api.db.workers.report(one);
    await api.database.query(`UPDATE worker SET last_seen_at = last_seen_at - interval '21 seconds' WHERE id = $1`, [silent.id]);
    await api.database.query(`UPDATE worker SET last_seen_at = last_seen_at - interval '2 hours' WHERE id = $1`, [gone.id]);
    await api.db.workers.report(alive);
    const { body } = await get('/v1/workers').expect(200);
    expect(body.items.map(({ name, state }: { name: string; state: string }) => [name, state])).toEqual([
      ['a', 'alive'],
      ['b', 'draining'],
      ['c', 'silent'],
    ]);
    expect(body.items[0]).toEqual({
      id: `wrk_${alive.id.replaceAll('-', '')}`,
      name: 'a',
      host: 'h',
      pid: 1,
      version: '1',
      state: 'alive',
      queues: [{ name: 'parse', concurrency: 10, active: 3, lastConsumedAt: expect.any(String) }],
      startedAt: expect.any(String),
      lastSeenAt: expect.any(String),
    });
    const { lastSeenAt, queues: told } = body.items[0];
    expect(Date.parse(lastSeenAt) - Date.parse(told[0].lastConsumedAt)).toBe(1_000);
    await api.db.workers.remove(alive.id);
    expect(await api.db.workers.list()).toHaveLength(2);
  });
});

describe('what an API counts', () => {
  test('when a job is cancelled before it began, then it and the follow-ups that go with it count as cancelled, once', async () => {
    const metrics = createMetrics({ service: 'test', version: '1', logger: silentLogger });
    const api = await startApiUnderTest({ metrics });
    const key = `Bearer ${await api.key()}`;
    const post = (path: string, body: object = {}): Test => request(api.url).post(path).set('Authorization', key).send(body);
    const then = [{ type: 'analyze', then: [{ type: 'export', format: 'csv' }] }];
    const { body: job } = await post('/v1/jobs/parse', { target: { wall: '-1' }, then }).expect(202);
    for (let time = 0; time < 2; time += 1) await post(`/v1/jobs/${job.id}:cancel`).expect(200);
    const told = (await metrics.expose()).text.split('\n').filter((line) => line.startsWith('otklik_jobs_finished_total{'));
    expect(told).toEqual(jobTypes.map((type) => `otklik_jobs_finished_total{type="${type}",state="cancelled"} 1`));
    await api.close();
  });
});

describe('how an API is', () => {
  const admin = async (api: ApiUnderTest) => {
    const key = await api.key();
    return (path: string): Test => request(api.url).get(path).set('Authorization', `Bearer ${key}`);
  };

  test('when all is well, then dependencies, queues and workers are told; when jobs wait and nobody takes them, then it is degraded unless somebody wants that', async () => {
    const api = await startApiUnderTest();
    const get = await admin(api);
    const { body } = await get('/health').expect(200);
    expect(body).toMatchObject({
      status: 'ok',
      isDraining: false,
      dependencies: {
        database: { status: 'ok', latencyMs: expect.any(Number), version: expect.stringMatching(/^\d+/), detail: null },
        queue: { status: 'ok', version: expect.stringMatching(/^postgres \d+/) },
      },
      workers: { alive: 0, draining: 0, silent: 0 },
    });
    await get('/v1/jobs').expect(200);
    await request(api.url)
      .post('/v1/jobs/parse')
      .set('Authorization', `Bearer ${await api.key()}`)
      .send({ target: { wall: '-1' } })
      .expect(202);
    const waiting = (await get('/health').expect(200)).body;
    expect(waiting.status).toBe('degraded');
    expect(waiting.queues[0]).toMatchObject({
      name: 'parse',
      status: 'degraded',
      waiting: 1,
      running: 0,
      workers: 0,
      lastConsumedAt: null,
    });
    await api.db.queuePauses.pause('parse', 'test');
    expect((await get('/health').expect(200)).body.status).toBe('ok');
    await api.database.query(`DELETE FROM _prisma_migrations WHERE migration_name LIKE '%_workers'`);
    const old = (await get('/health').expect(503)).body;
    expect(old).toMatchObject({ status: 'unavailable', dependencies: { database: { detail: expect.stringContaining('_workers') } } });
    await api.close();
  });

  test('when queue and cache do not answer, then it says so in time, and goes on taking jobs', async () => {
    const nobody = 'redis://127.0.0.1:1';
    const api = await startApiUnderTest({ queue: { url: nobody, prefix: 'otklik' }, cache: { url: nobody } });
    const get = await admin(api);
    const silent = { status: 'unavailable', latencyMs: null, version: null, detail: 'It does not answer.' };
    expect((await get('/health').expect(200)).body).toMatchObject({
      status: 'degraded',
      dependencies: { database: { status: 'ok' }, queue: silent, cache: silent },
      queues: [{ name: 'parse', status: 'ok' }, {}, {}],
    });
    await get('/readyz').expect(200);
    await api.close();
  });

  test('when it is told to stop, then readiness turns first, while requests are still served, and only then the door closes', async () => {
    const api = await startApiUnderTest({ drainDelayMs: 2_000 });
    const get = await admin(api);
    await get('/readyz').expect(200);
    const closing = api.close();
    const { status, body } = await get('/readyz');
    expect([status, body.checks.process]).toEqual([503, 'draining']);
    await get('/v1/jobs').expect(200);
    expect((await get('/health').expect(503)).body).toMatchObject({ status: 'unavailable', isDraining: true });
    await closing;
    await expect(fetch(`${api.url}/livez`)).rejects.toThrow();
  });
});
