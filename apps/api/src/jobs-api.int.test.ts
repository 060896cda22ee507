import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { publicId } from '@otklik/contracts';
import request, { type Test } from 'supertest';
import { type ApiUnderTest, startApiUnderTest } from './testing/api-under-test.ts';

const wall = { target: { wall: '-1' } };

describe('jobs over HTTP', () => {
  let api: ApiUnderTest;
  let key: string;
  beforeAll(async () => {
    api = await startApiUnderTest();
    key = await api.key();
  });
  afterAll(() => api.close());

  const as = (sent: Test, text = key): Test => sent.set('Authorization', `Bearer ${text}`);
  const post = (path: string, body: object = {}): Test => as(request(api.url).post(path)).send(body);
  const get = (path: string): Test => as(request(api.url).get(path));
  const submit = async (body: object = wall): Promise<string> => String((await post('/v1/jobs/parse', body).expect(202)).body.id);
  /** A job that was read as running, and is as before its start: what a crash of PostgreSQL leaves of the last 0.6 s. */
  const forgottenStart = async () => {
    const id = await submit();
    const jobId = publicId('job').parse(id);
    expect(await api.db.jobs.start({ jobId, generation: 1, worker: 'w', staleAfterMs: 60_000 })).toMatchObject({ kind: 'started' });
    const { headers, body } = await get(`/v1/jobs/${id}`).expect(200);
    expect(body.state).toBe('running');
    await api.database.query(
      `UPDATE job SET state = 'queued', version = 1, lease = 0, starts = 0, started_at = NULL, heartbeat_at = NULL WHERE id = $1`,
      [jobId],
    );
    await api.database.query(`DELETE FROM job_attempt WHERE job_id = $1`, [jobId]);
    await api.database.query(`DELETE FROM job_event WHERE job_id = $1 AND seq > 1`, [jobId]);
    return { id, headers };
  };

  test('when a job is submitted, then 202 names it, and it can be read there with the same tag', async () => {
    const { headers, body } = await post('/v1/jobs/parse', { ...wall, priority: 'high', labels: ['a b'] }).expect(202);
    expect(body).toMatchObject({
      type: 'parse',
      state: 'queued',
      priority: 'high',
      labels: ['a b'],
      attempts: 0,
      maxAttempts: 3,
      timeoutMs: 300_000,
    });
    expect(headers['location']).toBe(`/v1/jobs/${body.id}`);
    expect(headers['retry-after']).toBe('1');
    const read = await get(headers['location'] ?? '').expect(200);
    expect(read.body).toMatchObject({ id: body.id, payload: { target: { wall: '-1' } }, waitingFor: { detail: expect.any(String) } });
    await get(`/v1/jobs/${body.id}`)
      .set('If-None-Match', read.headers['etag'] ?? '')
      .expect(304);
  });

  test('when a caller waits for a change, then it gets the next one, and when its time is over what it knows already', async () => {
    const id = await submit();
    const { headers } = await get(`/v1/jobs/${id}`).expect(200);
    const known = headers['etag'] ?? '';
    await get(`/v1/jobs/${id}?wait=1`).set('If-None-Match', known).expect(304);
    expect((await get(`/v1/jobs/${id}?wait=1`).expect(200)).headers['etag']).toBe(known);
    const waiting = get(`/v1/jobs/${id}?wait=20`).set('If-None-Match', known).expect(200);
    const [{ body }] = await Promise.all([waiting, post(`/v1/jobs/${id}:cancel`).expect(200)]);
    expect(body).toMatchObject({ id, state: 'cancelled' });
    await get(`/v1/jobs/${id}?wait=soon`).expect(400);
    await get(`/v1/jobs/${'job_'.padEnd(36, '0')}?wait=20`).expect(404);
  });

  test('when PostgreSQL has forgotten a start that was told, then who knows of it hears of the end that has its version', async () => {
    const { id, headers } = await forgottenStart();
    expect((await post(`/v1/jobs/${id}:cancel`).expect(200)).body.state).toBe('cancelled');
    const known = headers['etag'] ?? '';
    for (const path of [`/v1/jobs/${id}`, `/v1/jobs/${id}?wait=20`]) {
      const { status, body } = await get(path).set('If-None-Match', known);
      expect([status, body.state]).toEqual([200, 'cancelled']);
    }
    await post(`/v1/jobs/${id}:cancel`).set('If-Match', known).expect(412);
  });

  test('when follow-ups are ordered, then they exist with the first answer and wait for it', async () => {
    const id = await submit({ ...wall, then: [{ type: 'analyze', then: [{ type: 'export', format: 'csv' }] }] });
    const { body } = await get(`/v1/jobs?pipelineId=${id.replace('job_', 'pip_')}`).expect(200);
    const states = body.items.map(({ type, state, parents }: { type: string; state: string; parents: string[] }) => [
      type,
      state,
      parents.length,
    ]);
    expect(states.toSorted()).toEqual([
      ['analyze', 'blocked', 1],
      ['export', 'blocked', 1],
      ['parse', 'queued', 0],
    ]);
  });

  test('when a field is wrong, then the problem points at it', async () => {
    const { body, headers } = await post('/v1/jobs/parse', {
      target: { wall: '-0' },
      priority: 'now',
      tokens: 1,
      then: [{ type: 'nothing' }],
    }).expect(400);
    expect(headers['content-type']).toContain('application/problem+json');
    expect(body).toMatchObject({ code: 'VALIDATION', status: 400, instance: '/v1/jobs/parse', requestId: headers['x-request-id'] });
    expect(body.errors.map(({ pointer }: { pointer: string }) => pointer).toSorted()).toEqual([
      '/priority',
      '/target/wall',
      '/then/0/type',
      '/tokens',
    ]);
  });

  test('when a key for idempotency is used again, then the same job answers; with another body, nothing does', async () => {
    const send = (body: object): Test => post('/v1/jobs/parse', body).set('Idempotency-Key', 'once');
    const first = await send(wall).expect(202);
    const again = await send(wall).expect(202);
    expect(again.body.id).toBe(first.body.id);
    expect(again.headers['idempotency-replayed']).toBe('true');
    const other = await send({ target: { wall: '-2' } }).expect(422);
    expect(other.body.code).toBe('IDEMPOTENCY_MISMATCH');
    await post('/v1/jobs/parse', wall).set('Idempotency-Key', 'x'.repeat(256)).expect(400);
  });

  test('when many requests with one key come at once, then they make one job', async () => {
    const answers = await Promise.all(Array.from({ length: 8 }, () => post('/v1/jobs/parse', wall).set('Idempotency-Key', 'at once')));
    const ids = new Set(answers.filter(({ status }) => status === 202).map(({ body }) => body.id));
    expect(ids.size).toBe(1);
    expect(answers.every(({ status }) => status === 202 || status === 409)).toBe(true);
  });

  test('when a waiting job is cancelled, then it ends at once with its follow-ups, and cancelling again changes nothing', async () => {
    const id = await submit({ ...wall, then: [{ type: 'analyze' }] });
    const { body } = await post(`/v1/jobs/${id}:cancel`).expect(200);
    expect(body.state).toBe('cancelled');
    const again = await post(`/v1/jobs/${id}:cancel`).expect(200);
    expect(again.headers['etag']).toBe((await get(`/v1/jobs/${id}`)).headers['etag']);
    const { body: pipeline } = await get(`/v1/jobs?pipelineId=${id.replace('job_', 'pip_')}`);
    expect(pipeline.items.map(({ state }: { state: string }) => state)).toEqual(['cancelled', 'cancelled']);
  });

  test('when the job has changed since it was read, then a conditional cancel does nothing', async () => {
    const id = await submit();
    const { body } = await post(`/v1/jobs/${id}:cancel`).set('If-Match', '"old"').expect(412);
    expect(body.code).toBe('PRECONDITION_FAILED');
    expect((await get(`/v1/jobs/${id}`)).body.state).toBe('queued');
  });

  test('when a finished job is retried, then a new job replays it; a living one is refused', async () => {
    const id = await submit();
    const refused = await post(`/v1/jobs/${id}:retry`).expect(409);
    expect(refused.body.code).toBe('JOB_NOT_FINISHED');
    await post(`/v1/jobs/${id}:cancel`).expect(200);
    const { body } = await post(`/v1/jobs/${id}:retry`).expect(202);
    expect(body).toMatchObject({ state: 'queued', replayOf: id });
    expect(body.id).not.toBe(id);
    expect((await get(`/v1/jobs/${id}`)).body.state).toBe('cancelled');
  });

  test('when a job is not finished, then its result is a conflict that says so', async () => {
    const id = await submit();
    expect((await get(`/v1/jobs/${id}/result`).expect(409)).body.code).toBe('JOB_NOT_FINISHED');
    expect((await get(`/v1/jobs/${id}/attempts`).expect(200)).body).toEqual({ items: [], nextCursor: null });
  });

  test('when the list is longer than a page, then cursors lead through it without gaps or repeats', async () => {
    const key2 = await api.key(['admin'], 'list');
    const made: string[] = [];
    for (let index = 0; index < 7; index += 1)
      made.push((await as(request(api.url).post('/v1/jobs/parse'), key2).send({ ...wall, labels: [`n${index % 2}`] })).body.id);
    const seen: string[] = [];
    for (let path: string | null = '/v1/jobs?limit=3'; path !== null;) {
      const { body, headers }: { body: { items: { id: string }[]; nextCursor: string | null }; headers: Record<string, string> } = await as(
        request(api.url).get(path),
        key2,
      ).expect(200);
      seen.push(...body.items.map(({ id }) => id));
      path = body.nextCursor === null ? null : (/<([^>]+)>; rel="next"/.exec(headers['link'] ?? '')?.[1] ?? null);
    }
    expect(seen).toEqual(made.toReversed());
    const labelled = await as(request(api.url).get('/v1/jobs?label=n1&state=queued,running&type=parse'), key2).expect(200);
    expect(labelled.body.items).toHaveLength(3);
  });

  test('when a moment is beyond the years that PostgreSQL and clocks agree on, then it is refused where it stands', async () => {
    for (const moment of ['0000-01-01T00:00:00Z', '0001-01-01T00:00:00+23:59', '9999-12-31T23:59:59-23:59'])
      for (const field of ['runAt', 'expiresAt', 'deadlineAt'])
        expect((await post('/v1/jobs/parse', { ...wall, [field]: moment }).expect(400)).body.errors).toEqual([
          expect.objectContaining({ pointer: `/${field}` }),
        ]);
    await get('/v1/jobs?createdSince=0000-01-01T00:00:00Z').expect(400);
    await post('/v1/jobs/analyze', { scope: { since: '0000-01-01T00:00:00Z' } }).expect(400);
  });

  test('when jobs are asked for of a time that ends before it begins, then the problem names both ends', async () => {
    const { body } = await get('/v1/jobs?createdSince=2026-01-02T00:00:00Z&createdUntil=2026-01-01T00:00:00Z').expect(400);
    expect(body.errors).toEqual([{ pointer: 'query:createdUntil', detail: 'must be later than `createdSince`' }]);
  });

  test('when a replay is asked for twice with one key, then there is one replay', async () => {
    const id = await submit();
    await post(`/v1/jobs/${id}:cancel`).expect(200);
    const retry = (body: object = {}): Test => post(`/v1/jobs/${id}:retry`, body).set('Idempotency-Key', `replay of ${id}`);
    const first = await retry().expect(202);
    const again = await retry().expect(202);
    expect([again.body.id, again.headers['idempotency-replayed']]).toEqual([first.body.id, 'true']);
    expect((await retry({ from: 'start' }).expect(422)).body.code).toBe('IDEMPOTENCY_MISMATCH');
  });

  test('when jobs are asked for by the time of their making, then exactly those come', async () => {
    const key3 = await api.key(['admin'], 'times');
    const made = await as(request(api.url).post('/v1/jobs/parse'), key3).send(wall).expect(202);
    const count = async (query: string): Promise<number> =>
      (await as(request(api.url).get(`/v1/jobs?${query}`), key3).expect(200)).body.items.length;
    const at = encodeURIComponent(made.body.createdAt);
    expect([
      await count(`createdSince=${at}`),
      await count(`createdUntil=${at}`),
      await count('createdSince=2999-01-01T00:00:00Z'),
    ]).toEqual([1, 0, 0]);
  });

  test('when a label holds what PostgreSQL has no place for, then it is refused where it comes in', async () => {
    for (const label of ['%00', 'a%00b', '%0A'])
      expect((await get(`/v1/jobs?label=${label}`).expect(400)).body.errors).toEqual([expect.objectContaining({ pointer: 'query:label' })]);
  });

  test('when a limit is too high, then it is lowered; when it is no number from 1 on, then it is refused', async () => {
    await get('/v1/jobs?limit=100000').expect(200);
    for (const limit of ['0', '-1', 'x', '1.5', ''])
      expect((await get(`/v1/jobs?limit=${limit}`).expect(400)).body.errors).toEqual([
        { pointer: 'query:limit', detail: expect.any(String) },
      ]);
    expect((await get('/v1/jobs?limit=1&limit=2').expect(400)).body.errors[0].pointer).toBe('query:limit');
  });
});
