import { describe, expect, test } from '@jest/globals';
import { MAX_JOB_LOG_LINES, type NewLogLine } from '@otklik/contracts';
import { DatabaseError, type LogFields, NotFoundError, asideFrom, createLogger, withLogContext } from '@otklik/shared';
import { makeKeepLog } from './job-log.ts';

const job = { id: 'the-job', workspaceId: 'the-workspace', starts: 3 };

/** A log whose own lines go nowhere: it is at the level of errors, and still everything is kept. */
const logger = createLogger({ level: 'error', service: 'test', write: () => undefined });

const keeper = () => {
  const lines: NewLogLine[] = [];
  let capped = 0;
  const keepLog = makeKeepLog({ buffer: { add: (line) => lines.push(line), cap: () => (capped += 1) } });
  return { keepLog, lines, capped: () => capped, fields: () => lines.map((line): LogFields => JSON.parse(line.fields ?? '{}')) };
};

describe('what an attempt says', () => {
  test('when it is at info or above, then it is kept in its order, without what names the attempt anyway', async () => {
    const { keepLog, lines, fields } = keeper();
    await withLogContext({ jobId: 'the-job', lease: 7 }, () =>
      keepLog(job, async () => {
        logger.debug('a detail');
        logger.info('page stored', { count: 3 });
        await withLogContext({ post: '45' }, async () => logger.warn('page refused', { vkCode: 15 }));
      }),
    );
    expect(lines).toMatchObject([
      { jobId: 'the-job', workspaceId: 'the-workspace', attempt: 3, index: 0, level: 'info', message: 'page stored' },
      { attempt: 3, index: 1, level: 'warn', message: 'page refused' },
    ]);
    expect(fields()).toEqual([{ count: 3 }, { post: '45', vkCode: 15 }]);
  });

  test('when it holds secrets, texts or the inside of errors, then these are not kept', async () => {
    const { keepLog, lines } = keeper();
    const cause = new Error('SELECT hush FROM job');
    await keepLog(job, async () => {
      logger.info('asked with vk1.a.hush', { text: 'hush', token: 'hush', url: 'https://vk/?access_token=hush' });
      logger.warn('broken', { error: new DatabaseError('DB_TIMEOUT', 'hush', { cause }), deep: { error: cause } });
      logger.warn('gone', { error: new NotFoundError('The wall is gone.') });
    });
    expect(JSON.stringify(lines)).not.toMatch(/hush|SELECT|\.ts/);
    expect(lines[2]?.fields).toBe('{"error":{"code":"NOT_FOUND","message":"The wall is gone."}}');
  });

  test('when it comes after the end or is about the installation, then it is not kept', async () => {
    const { keepLog, lines } = keeper();
    let late: Promise<void> = Promise.resolve();
    let go: () => void = () => undefined;
    await keepLog(job, async () => {
      late = new Promise<void>((resolve) => (go = resolve)).then(() => logger.warn('too late'));
      asideFrom(logger).warn('a statement was slow');
    });
    go();
    await late;
    logger.info('outside');
    expect(lines).toEqual([]);
  });

  test('when a line is too long, then it is cut and says so', async () => {
    const { keepLog, lines, fields } = keeper();
    await keepLog(job, async () => logger.info('m'.repeat(3_000), { first: 1, long: 'ы'.repeat(3_000), last: 2 }));
    expect(lines[0]?.message).toHaveLength(1_024);
    expect(fields()).toEqual([{ first: 1, last: 2, cut: 1 }]);
  });

  test('when there is no end of lines, then no more are sent than the database needs to see that', async () => {
    const { keepLog, lines, capped } = keeper();
    await keepLog(job, async () => {
      for (let said = 0; said < MAX_JOB_LOG_LINES + 50; said += 1) logger.info('again');
    });
    expect(lines).toHaveLength(MAX_JOB_LOG_LINES + 1);
    expect(capped()).toBe(49);
  });

  test('when the attempt fails, then its failure passes through', async () => {
    await expect(keeper().keepLog(job, () => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
  });
});
