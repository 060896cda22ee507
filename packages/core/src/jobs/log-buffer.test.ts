import { describe, expect, test } from '@jest/globals';
import type { NewLogLine } from '@otklik/contracts';
import { DatabaseError, createManualClock, createMetrics, silentLogger } from '@otklik/shared';
import { createLogBuffer, defaultLogBufferLimits } from './log-buffer.ts';

const line = (index: number): NewLogLine => ({
  jobId: 'j',
  workspaceId: 'w',
  attempt: 1,
  index,
  at: new Date(0),
  level: 'info',
  message: 'm',
  fields: null,
});

const open = (append: (lines: readonly NewLogLine[]) => Promise<number>) => {
  const clock = createManualClock();
  const metrics = createMetrics({ service: 'test', version: '1', logger: silentLogger });
  const sent: number[][] = [];
  const store = {
    append: (lines: readonly NewLogLine[]) => {
      sent.push(lines.map(({ index }) => index));
      return append(lines);
    },
  };
  const limits = { ...defaultLogBufferLimits, maxTogether: 3, maxLines: 5, closeMs: 50 };
  const buffer = createLogBuffer({ store, clock, logger: silentLogger, metrics, limits });
  const counted = async (result: string): Promise<number> => {
    const { text } = await metrics.expose();
    return Number(new RegExp(`otklik_job_log_lines_total\\{result="${result}"\\} (\\d+)`).exec(text)?.[1]);
  };
  buffer.start();
  return { buffer, clock, sent, counted };
};

const all = async (lines: readonly NewLogLine[]): Promise<number> => lines.length;
const away = (): Promise<number> => Promise.reject(new DatabaseError('DB_UNAVAILABLE', 'away'));

describe('lines on their way into the database', () => {
  test('when a few come, then they go together after the interval; when many come, then at once', async () => {
    const { buffer, clock, sent, counted } = open(all);
    await clock.advance(0);
    buffer.add(line(0));
    buffer.add(line(1));
    await clock.advance(100);
    expect(sent).toEqual([]);
    await clock.advance(100);
    expect(sent).toEqual([[0, 1]]);
    for (const index of [2, 3, 4]) buffer.add(line(index));
    await clock.advance(0);
    expect(sent).toEqual([
      [0, 1],
      [2, 3, 4],
    ]);
    expect(await counted('kept')).toBe(5);
    await buffer.stop();
  });

  test('when the database leaves some out, then they count as capped', async () => {
    const { buffer, clock, counted } = open(async () => 1);
    await clock.advance(0);
    buffer.add(line(0));
    buffer.add(line(1));
    buffer.cap();
    await clock.advance(200);
    expect([await counted('kept'), await counted('capped')]).toEqual([1, 2]);
    await buffer.stop();
  });

  test('when the database is away for a while, then what fits in memory is kept, and the rest is lost and counted', async () => {
    let isAway = true;
    const { buffer, clock, sent, counted } = open((lines) => (isAway ? away() : all(lines)));
    await clock.advance(0);
    for (const index of [0, 1, 2, 3, 4, 5, 6]) buffer.add(line(index));
    await clock.advance(1_000);
    isAway = false;
    sent.length = 0;
    await clock.advance(400);
    expect(sent).toEqual([
      [0, 1, 2],
      [3, 4],
    ]);
    expect([await counted('kept'), await counted('lost')]).toEqual([5, 2]);
    await buffer.stop();
  });

  test('when the database refuses a batch for good, then it is lost, and the next one is sent', async () => {
    const refuse = (): Promise<number> => Promise.reject(new DatabaseError('DB_REJECTED', 'no'));
    const { buffer, clock, counted } = open((lines) => (lines.some(({ index }) => index === 0) ? refuse() : all(lines)));
    await clock.advance(0);
    buffer.add(line(0));
    await clock.advance(200);
    buffer.add(line(1));
    await clock.advance(200);
    expect([await counted('kept'), await counted('lost')]).toEqual([1, 1]);
    await buffer.stop();
  });

  test('when the process stops, then what waits is sent; when nobody takes it, then the stop does not wait for it', async () => {
    const willing = open(all);
    await willing.clock.advance(0);
    for (const index of [0, 1, 2, 3]) willing.buffer.add(line(index));
    await willing.buffer.stop();
    expect(willing.sent.flat()).toEqual([0, 1, 2, 3]);

    const deaf = open(() => new Promise(() => undefined));
    await deaf.clock.advance(0);
    deaf.buffer.add(line(0));
    await deaf.buffer.stop();
    expect(await deaf.counted('lost')).toBe(1);
  });
});
