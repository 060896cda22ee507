import { describe, expect, test } from '@jest/globals';
import { type Contender, measureRounds } from './measure-rounds.ts';

const measure = async (costs: Readonly<Record<string, readonly number[]>>, rounds: number) => {
  const events: string[] = [];
  const runs = new Map<string, number>();
  let time = 0;
  const contenders = Object.keys(costs).map((name): Contender => ({
    name,
    amount: 100,
    run: async () => {
      const run = runs.get(name) ?? 0;
      runs.set(name, run + 1);
      events.push(name);
      time += costs[name]?.[run] ?? 0;
    },
  }));
  const series = await measureRounds({
    contenders,
    rounds,
    warmUpAmount: 10,
    // Neither of the two may count.
    before: async () => void (time += 5_000),
    after: async (amount) => void (events.push(`${amount} checked`), (time += 5_000)),
    signal: new AbortController().signal,
    note: () => undefined,
    now: () => time,
  });
  return { events, series };
};

describe('measuring in rounds', () => {
  test('when there are two contenders, then both take part in every round, each time the other way round', async () => {
    const { events } = await measure({ a: [1, 1, 1], b: [1, 1, 1] }, 2);
    const warmUp = ['a', '10 checked', 'b', '10 checked'];
    expect(events).toEqual([...warmUp, ...['a', 'b', 'b', 'a'].flatMap((name) => [name, '100 checked'])]);
  });

  test('when the warm-up is slow, then it does not count, nor does what stands between the measurements', async () => {
    const { series } = await measure({ a: [9_000, 100, 200], b: [9_000, 50, 1_000] }, 2);
    expect(series).toEqual([
      { name: 'a', rates: [1_000, 500] },
      { name: 'b', rates: [2_000, 100] },
    ]);
  });

  test('when a contender measures by itself, then its own time counts', async () => {
    const nothing = async (): Promise<void> => undefined;
    const plan = {
      rounds: 1,
      warmUpAmount: 1,
      before: nothing,
      after: nothing,
      signal: new AbortController().signal,
      note: () => undefined,
    };
    const contenders = [{ name: 'a', amount: 100, run: async () => 50 }];
    expect(await measureRounds({ ...plan, contenders })).toEqual([{ name: 'a', rates: [2_000] }]);
  });

  test('when it is told to stop, then it stops with that reason', async () => {
    const signal = AbortSignal.abort(new Error('enough'));
    const nothing = async (): Promise<void> => undefined;
    const plan = { rounds: 1, warmUpAmount: 1, before: nothing, after: nothing, signal, note: () => undefined };
    await expect(measureRounds({ ...plan, contenders: [{ name: 'a', amount: 1, run: nothing }] })).rejects.toThrow('enough');
  });
});
