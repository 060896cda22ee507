import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { MAX_JOB_LOG_LINES, type NewLogLine, type StartedJob } from '@otklik/contracts';
import { newId } from '@otklik/shared';
import { type DataUnderTest, openDataUnderTest } from '@otklik/testing';

const AT = new Date('2026-11-25T09:00:00.123Z');

describe('the log of a job', () => {
  let data: DataUnderTest;
  let workspaceId: string;
  beforeAll(async () => {
    data = await openDataUnderTest();
    workspaceId = await data.workspace();
  });
  afterAll(() => data.close());

  const lineOf = ({ id }: StartedJob, [attempt, index]: readonly [number, number], rest: Partial<NewLogLine> = {}): NewLogLine => ({
    jobId: id,
    workspaceId,
    attempt,
    index,
    at: AT,
    level: 'info',
    message: `${attempt}.${index}`,
    fields: null,
    ...rest,
  });
  const read = async ({ id }: StartedJob, rest: Partial<Parameters<DataUnderTest['db']['jobLog']['list']>[0]> = {}) =>
    (await data.db.jobLog.list({ workspaceId, jobId: id, order: 'oldest', after: null, limit: 2_000, ...rest })) ?? [];

  test('when two processes write lines of two attempts in any order, then they are read attempt by attempt', async () => {
    const job = await data.startJob(workspaceId);
    const { append } = data.db.jobLog;
    await Promise.all([
      append([lineOf(job, [2, 0]), lineOf(job, [2, 1])]),
      append([lineOf(job, [1, 0], { level: 'warn', fields: '{"count":3,"odd":"\\u0000x"}' }), lineOf(job, [1, 1])]),
    ]);
    const lines = await read(job);
    expect(lines.map(({ message }) => message)).toEqual(['1.0', '1.1', '2.0', '2.1']);
    expect(lines[0]).toEqual({ seq: 10_000, attempt: 1, at: AT, level: 'warn', message: '1.0', fields: { count: 3, odd: 'x' } });
    expect((await read(job, { order: 'newest', limit: 1 })).map(({ message }) => message)).toEqual(['2.1']);
    expect((await read(job, { after: lines[1]?.seq ?? 0 })).map(({ message }) => message)).toEqual(['2.0', '2.1']);
    expect((await read(job, { attempt: 2, order: 'newest' })).map(({ message }) => message)).toEqual(['2.1', '2.0']);
    expect((await read(job, { levels: ['warn', 'error'] })).map(({ message }) => message)).toEqual(['1.0']);
  });

  test('when the same batch is sent again, then each line is there once', async () => {
    const job = await data.startJob(workspaceId);
    const batch = [lineOf(job, [1, 0]), lineOf(job, [1, 1])];
    const rows = () => data.look('SELECT ctid::text, message FROM job_log WHERE job_id = $1 ORDER BY seq', [job.id]);
    expect(await data.db.jobLog.append(batch)).toBe(2);
    const before = await rows();
    expect(await data.db.jobLog.append(batch)).toBe(2);
    expect(before).toHaveLength(2);
    expect(await rows()).toEqual(before);
  });

  describe('when PostgreSQL has forgotten a start, and another attempt has the same number', () => {
    const LATER = new Date(AT.getTime() + 1);
    const said = async (job: StartedJob) => (await read(job)).map(({ message, level, at, fields }) => [message, level, at, fields]);
    const attemptsOf = (job: StartedJob) => ({
      forgotten: [0, 1, 2].map((index) => lineOf(job, [1, index], { message: `forgotten ${index}` })),
      anew: [0, 1].map((index) => lineOf(job, [1, index], { at: LATER, level: 'warn', message: `anew ${index}`, fields: '{"a":1}' })),
    });
    const kept = [
      ['anew 0', 'warn', LATER, { a: 1 }],
      ['anew 1', 'warn', LATER, { a: 1 }],
      ['forgotten 2', 'info', AT, null],
    ];

    test('then of two lines in one place the later one is kept, in whatever order they come, and none counts as too many', async () => {
      const job = await data.startJob(workspaceId);
      const { forgotten, anew } = attemptsOf(job);
      expect(await data.db.jobLog.append(forgotten)).toBe(3);
      expect(await data.db.jobLog.append(anew)).toBe(2);
      expect(await said(job)).toEqual(kept);
      expect(await data.db.jobLog.append(forgotten)).toBe(3);
      expect(await said(job)).toEqual(kept);
    });

    test.each(['before', 'behind'] as const)('then that holds within one batch too, with the forgotten ones %s', async (where) => {
      const job = await data.startJob(workspaceId);
      const { forgotten, anew } = attemptsOf(job);
      expect(await data.db.jobLog.append(where === 'before' ? [...forgotten, ...anew] : [...anew, ...forgotten])).toBe(5);
      expect(await said(job)).toEqual(kept);
    });
  });

  test('when a job says more than is kept, over several attempts, then one last line says so', async () => {
    const job = await data.startJob(workspaceId);
    const many = Array.from({ length: MAX_JOB_LOG_LINES - 1 }, (_, index) => lineOf(job, [1, index]));
    expect(await data.db.jobLog.append(many)).toBe(many.length);
    expect(await data.db.jobLog.append([0, 1, 2, 3].map((index) => lineOf(job, [2, index])))).toBe(2);
    expect(await data.db.jobLog.append([lineOf(job, [3, 0])])).toBe(0);
    const lines = await read(job);
    expect(lines).toHaveLength(MAX_JOB_LOG_LINES + 1);
    expect(lines.at(-2)?.message).toBe('2.0');
    expect(lines.at(-1)).toMatchObject({ attempt: 2, level: 'warn', message: expect.stringContaining('more to say') });
  });

  test('when somebody asks from another workspace, then there is no such job', async () => {
    const job = await data.startJob(workspaceId);
    await data.db.jobLog.append([lineOf(job, [1, 0])]);
    const asked = { jobId: job.id, order: 'oldest', after: null, limit: 10 } as const;
    expect(await data.db.jobLog.list({ ...asked, workspaceId: newId() })).toBeNull();
    expect(await data.db.jobLog.list({ ...asked, workspaceId, jobId: newId() })).toBeNull();
  });
});
