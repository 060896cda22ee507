import { describe, expect, test } from '@jest/globals';
import type { LeaseState, Progress } from '@otklik/contracts';
import { type AppError, DatabaseError, createManualClock } from '@otklik/shared';
import { makeStartLeaseKeeper } from './lease-keeper.ts';

const at = (done: number): Progress => ({ stage: 'posts', done, total: 10, unit: 'posts', message: '' });

const build = (answer: () => Promise<LeaseState> = async () => 'running') => {
  const clock = createManualClock();
  const written: (Progress | undefined)[] = [];
  const states: LeaseState[] = [];
  const heartbeat = async (_lease: unknown, progress?: Progress) => {
    written.push(progress);
    return answer();
  };
  const told: (AppError | 'answered')[] = [];
  const outage = { failed: (error: AppError) => void told.push(error), answered: () => void told.push('answered') };
  const start = makeStartLeaseKeeper({ jobs: { heartbeat }, clock, outage, heartbeatMs: 3_000, progressMs: 500 });
  const keeper = start({ jobId: 'j', lease: 1 }, (state) => states.push(state));
  return { clock, keeper, written, states, told };
};

describe('the keeper of a lease', () => {
  test('writes a heartbeat when nothing else was written for its interval', async () => {
    const { clock, keeper, written } = build();
    await clock.advance(2_900);
    expect(written).toEqual([]);
    await clock.advance(3_200);
    expect(written).toEqual([undefined, undefined]);
    await keeper.stop();
  });

  test('cuts progress that has too much to say', async () => {
    const { clock, keeper, written } = build();
    keeper.report({ ...at(1), message: 'm'.repeat(1_000) });
    await clock.advance(500);
    expect(written[0]?.message).toHaveLength(300);
    await keeper.stop();
  });

  test('writes progress at most every 500 ms, and the last report wins', async () => {
    const { clock, keeper, written } = build();
    for (let done = 0; done < 10; done += 1) {
      keeper.report(at(done));
      await clock.advance(100);
    }
    expect(written).toEqual([at(4), at(9)]);
    await keeper.stop();
  });

  test('hands over what the database says of the lease', async () => {
    const { clock, keeper, states } = build(async () => 'cancelling');
    await clock.advance(3_000);
    expect(states).toEqual(['cancelling']);
    await keeper.stop();
  });

  test('when the database does not answer, then progress is kept and written later, and who watches for outages hears of it', async () => {
    let isDown = true;
    const gone = new DatabaseError('DB_UNAVAILABLE', 'gone');
    const { clock, keeper, written, told } = build(async () => {
      if (isDown) throw gone;
      return 'running';
    });
    keeper.report(at(1));
    await clock.advance(500);
    isDown = false;
    await clock.advance(500);
    expect([written, told]).toEqual([
      [at(1), at(1)],
      [gone, 'answered'],
    ]);
    await keeper.stop();
  });
});
