import { describe, expect, test } from '@jest/globals';
import { DatabaseError, createLogger, createManualClock } from '@otklik/shared';
import { makeAskPatiently } from './ask-patiently.ts';
import { createDatabaseOutage } from './database-outage.ts';

const away = new DatabaseError('DB_UNAVAILABLE', 'away');

const build = ({ isSteady = false } = {}) => {
  const clock = createManualClock();
  const lines: string[] = [];
  const held: number[] = [];
  const logger = createLogger({ level: 'info', service: 'test', write: (line) => void lines.push(line) });
  const outage = createDatabaseOutage({ clock, logger, metrics: { held: (count) => void held.push(count) } });
  const askPatiently = makeAskPatiently({ outage, isSteady: () => isSteady, askAgainMs: 2_000, clock });
  const end = new AbortController();
  const until = { isOver: () => end.signal.aborted, wake: () => end.signal };
  let isAway: Error | undefined = away;
  const asked: boolean[] = [];
  const ask = async (isRepeat: boolean): Promise<string> => {
    asked.push(isRepeat);
    if (isAway !== undefined) throw isAway;
    return 'answer';
  };
  return {
    clock,
    end,
    asked,
    held,
    messages: () => lines.map((line) => String(Reflect.get(JSON.parse(line), 'message'))),
    fail: (thrown: Error) => (isAway = thrown),
    comeBack: () => (isAway = undefined),
    ask: () => askPatiently(ask, until),
  };
};

describe('a question that waits for the database', () => {
  test('when it is away for long, then the question is asked until it answers, soon after it is back, and is told to be a repeat', async () => {
    const { clock, ask, asked, comeBack, held } = build();
    const answer = ask();
    await clock.advance(600_000);
    expect(asked.slice(0, 3)).toEqual([false, true, true]);
    expect(held).toEqual([1]);
    comeBack();
    await clock.advance(2_000);
    expect([await answer, held, clock.pending()]).toEqual(['answer', [1, 0], 0]);
  });

  test('when many wait, then the outage is told once and its end once, and one that comes and goes is not told each time', async () => {
    const { clock, ask, fail, comeBack, messages } = build();
    for (let round = 0; round < 5; round += 1) {
      fail(away);
      const answers = [ask(), ask(), ask()];
      await clock.advance(1_000);
      comeBack();
      await clock.advance(2_000);
      await Promise.all(answers);
    }
    expect(messages()).toEqual(['attempts wait for the database', 'the database answers attempts again']);
  });

  test('when nobody waits for it any more, then it is not asked again', async () => {
    const { clock, end, ask, asked, held } = build();
    const answer = ask();
    await clock.advance(0);
    end.abort();
    expect([await answer, asked.length, held, clock.pending()]).toEqual([undefined, 1, [1, 0], 0]);
  });

  test('when it is refused, or fails again and again while the database is there, then that is thrown', async () => {
    const rejected = new DatabaseError('DB_REJECTED', 'no');
    const refused = build();
    refused.fail(rejected);
    await expect(refused.ask()).rejects.toBe(rejected);
    const { clock, ask, asked } = build({ isSteady: true });
    const answer = ask().catch((thrown: unknown) => thrown);
    await clock.advance(60_000);
    expect([await answer, asked.length]).toEqual([away, 13]);
  });
});
