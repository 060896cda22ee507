import { describe, expect, test } from '@jest/globals';
import { setTimeout as later } from 'node:timers/promises';
import { currentLogContext, withLogContext } from './log-context.ts';
import { type LogLevel, type Logger, createLogger } from './logger.ts';

type Listening = { readonly logger: Logger; readonly lines: string[]; records(): unknown[] };

const listen = (level: LogLevel = 'debug'): Listening => {
  const lines: string[] = [];
  const logger = createLogger({ level, service: 'tester', write: (line) => lines.push(line) });
  return { logger, lines, records: () => lines.map((line): unknown => JSON.parse(line)) };
};

describe('the log', () => {
  test('when something is said, then it is one JSON object with time, level, service and fields', () => {
    const { logger, records } = listen();
    logger.info('page stored', { count: 3 });
    expect(records()).toEqual([
      { time: expect.stringMatching(/^\d{4}-.*Z$/), level: 'info', service: 'tester', message: 'page stored', count: 3 },
    ]);
  });

  test('when message and fields hold line feeds, then it is still one line', () => {
    const { logger, lines, records } = listen();
    logger.warn('one\ntwo', { note: 'a\nb\r\nc\u2028d', error: new Error('x\ny') });
    expect(lines).toHaveLength(1);
    expect(lines[0]?.trimEnd()).not.toMatch(/[\r\n]/);
    expect(lines[0]?.endsWith('\n')).toBe(true);
    expect(records()).toMatchObject([{ message: 'one\ntwo', note: 'a\nb\r\nc\u2028d' }]);
  });

  test('when the level is warn, then lesser lines are left out', () => {
    const { logger, records } = listen('warn');
    for (const level of ['debug', 'info', 'warn', 'error'] as const) logger[level](level);
    expect(records()).toMatchObject([{ level: 'warn' }, { level: 'error' }]);
  });

  test('when secrets are in message or fields, then the line is without them', () => {
    const { logger, lines } = listen();
    logger.error('asked with vk1.a.hush', { url: 'redis://:hush@cache', token: 'hush', error: new Error('access_token=hush') });
    expect(lines[0]).not.toContain('hush');
  });

  test('when fields are called like parts of the line, then the line keeps its own', () => {
    const { logger, records } = listen();
    logger.info('the sentence', { message: 'forged', level: 'error', service: 'other', time: 'never', note: 1 });
    expect(records()).toMatchObject([
      { level: 'info', service: 'tester', message: 'the sentence', note: 1, time: expect.not.stringMatching('never') },
    ]);
  });

  test('when a field can not be written as JSON, then the line still comes', () => {
    const { logger, records } = listen();
    const odd: Record<string, unknown> = { big: 1n, toJSON: () => 'forged' };
    odd['self'] = odd;
    logger.info('odd', { odd, nothing: undefined });
    logger.info('next');
    expect(records()).toMatchObject([{ message: 'odd', odd: { big: '1', self: '[circular]' } }, { message: 'next' }]);
  });
});

describe('the context of the log', () => {
  test('when lines are logged inside, however deep and late, then they carry it', async () => {
    const { logger, records } = listen();
    await withLogContext({ requestId: 'r1' }, async () => {
      await later(1);
      await withLogContext({ jobId: 'j1' }, async () => {
        await Promise.resolve();
        logger.info('inner', { attempt: 2 });
      });
      logger.info('outer');
    });
    logger.info('outside');
    expect(records()).toEqual([
      expect.objectContaining({ message: 'inner', requestId: 'r1', jobId: 'j1', attempt: 2 }),
      expect.not.objectContaining({ jobId: 'j1' }),
      expect.not.objectContaining({ requestId: 'r1' }),
    ]);
  });

  test('when two run at once, then each has its own', async () => {
    const seen = await Promise.all(
      ['a', 'b'].map((jobId) =>
        withLogContext({ jobId }, async () => {
          await later(1);
          return currentLogContext();
        }),
      ),
    );
    expect(seen).toEqual([{ jobId: 'a' }, { jobId: 'b' }]);
  });

  test('when a field of the line has the name of one in the context, then the line wins', () => {
    const { logger, records } = listen();
    withLogContext({ attempt: 1 }, () => logger.info('x', { attempt: 2 }));
    expect(records()).toMatchObject([{ attempt: 2 }]);
  });
});
