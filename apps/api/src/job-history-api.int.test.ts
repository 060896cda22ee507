import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type NewLogLine, type StartedJob, toPublicId } from '@otklik/contracts';
import { leaseOf, startedJobOf } from '@otklik/testing';
import request, { type Response, type Test } from 'supertest';
import { type ApiUnderTest, startApiUnderTest } from './testing/api-under-test.ts';

const FAILURE = { code: 'VK_TIMEOUT', message: 'Nothing for 10 s.', retryable: true, fingerprint: '5f0c1a9be27d' };

describe('what happened to a job', () => {
  let api: ApiUnderTest;
  let key: string;
  let job: StartedJob;
  let path: string;
  beforeAll(async () => {
    api = await startApiUnderTest();
    key = await api.key();
    const { body } = await as(request(api.url).post('/v1/jobs/parse'), key)
      .send({ target: { wall: '-1' } })
      .expect(202);
    path = `/v1/jobs/${body.id}`;
    // The first attempt fails, the second one runs.
    job = await start(1);
    await api.db.jobs.retry(leaseOf(job), { error: FAILURE, delayMs: 0 });
    await start(2);
  });
  afterAll(() => api.close());

  const as = (call: Test, bearer: string): Test => call.set('Authorization', `Bearer ${bearer}`);
  const get = (rest: string, bearer = key): Test => as(request(api.url).get(`${path}${rest}`), bearer);

  const start = async (generation: number): Promise<StartedJob> => {
    const [row] = await api.database.query<{ id: string }>('SELECT id FROM job');
    const asked = { jobId: row?.id ?? '', generation, worker: `w${generation}`, staleAfterMs: 60_000 };
    return startedJobOf(await api.db.jobs.start(asked));
  };

  const pagesOf = async (first: string): Promise<unknown[]> => {
    const seen: unknown[] = [];
    for (let next: string | undefined = `${path}${first}`; next !== undefined;) {
      const answer: Response = await as(request(api.url).get(next), key).expect(200);
      seen.push(...answer.body.items);
      next = /<([^>]+)>; rel="next"/.exec(answer.headers['link'] ?? '')?.[1];
    }
    return seen;
  };

  test('when its attempts are read, then each has its worker, its time and the reason of its end', async () => {
    const seen = await pagesOf('/attempts?limit=1');
    expect(seen).toMatchObject([
      { number: 1, worker: 'w1', end: 'failed', durationMs: expect.any(Number), error: FAILURE },
      { number: 2, worker: 'w2', end: 'running', finishedAt: null, durationMs: null, error: null },
    ]);
    expect((await get('').expect(200)).body.id).toBe(toPublicId('job', job.id));
  });

  test('when its events are read, then they come in their order, and those that are known can be left out', async () => {
    const all = await pagesOf('/events?limit=1');
    expect(all).toMatchObject([
      { kind: 'submitted' },
      { kind: 'started', data: { attempt: 1 } },
      { kind: 'attempt_failed', data: { code: 'VK_TIMEOUT' } },
      { kind: 'started', data: { attempt: 2 } },
    ]);
    const { body } = await get('/events').expect(200);
    expect(body).toEqual({ items: all, nextCursor: null });
    expect(await pagesOf(`/events?limit=1&after=${body.items[1].seq}`)).toEqual(all.slice(2));
  });

  test('when its log is read, then lines come from either end, and by level and attempt', async () => {
    const line = (attempt: number, index: number, level: NewLogLine['level'] = 'info'): NewLogLine => ({
      jobId: job.id,
      workspaceId: job.workspaceId,
      attempt,
      index,
      at: new Date('2026-11-25T09:00:00.000Z'),
      level,
      message: `${attempt}.${index}`,
      fields: '{"posts":3}',
    });
    await api.db.jobLog.append([line(1, 0), line(1, 1, 'warn'), line(2, 0)]);
    const messages = async (query: string): Promise<unknown[]> => (await pagesOf(`/logs?limit=1${query}`)).map(messageOf);
    expect(await pagesOf('/logs?attempt=2')).toEqual([
      { seq: 20_000, attempt: 2, at: '2026-11-25T09:00:00.000Z', level: 'info', message: '2.0', fields: { posts: 3 } },
    ]);
    expect(await messages('')).toEqual(['1.0', '1.1', '2.0']);
    expect(await messages('&order=newest')).toEqual(['2.0', '1.1', '1.0']);
    expect(await messages('&level=warn,error')).toEqual(['1.1']);
    expect(await messages('&attempt=1&order=newest')).toEqual(['1.1', '1.0']);
  });

  test.each(['/attempts', '/events', '/logs'])('when %s is asked for from another workspace, then there is no such job', async (rest) => {
    expect((await get(rest, await api.key(['admin'], 'another')).expect(404)).body.code).toBe('NOT_FOUND');
  });

  test.each(['/attempts?cursor=x', '/events?after=-1', '/events?after=1.5', '/logs?level=debug', '/logs?attempt=0', '/logs?order=any'])(
    'when %s is asked for, then the fault is told',
    async (rest) => {
      expect((await get(rest).expect(400)).body.errors).toHaveLength(1);
    },
  );
});

const messageOf = (line: unknown): unknown => (typeof line === 'object' && line !== null && 'message' in line ? line.message : undefined);
