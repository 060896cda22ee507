import { describe, expect, test } from '@jest/globals';
import { readOptions } from '../options.ts';
import { faultKinds, faultSpecs } from './fault-specs.ts';
import { makePlan } from './make-plan.ts';

const optionsOf = (line: string) => {
  const options = readOptions(line.split(' ').filter((word) => word !== ''));
  if (options === 'help') throw new Error('asked for help');
  return options;
};
const planOf = (line: string) => makePlan(optionsOf(line));

describe('the plan of a run', () => {
  test('when the seed is the same, then so is everything that chance decides; when it is another, then hardly anything is', () => {
    const plan = planOf('--seed 7');
    expect(planOf('--seed 7')).toEqual(plan);
    const other = planOf('--seed 8');
    for (const part of ['orders', 'kills', 'lanes', 'vkFaults', 'restartPausesMs'] as const) expect(other[part]).not.toEqual(plan[part]);
  });

  test.each([1, 2, 12, 500, 1_003])('when %i jobs are asked for, then its orders make exactly so many rows', (jobs) => {
    const { orders } = planOf(`--jobs ${jobs}`);
    expect(orders.reduce((sum, { rows }) => sum + rows, 0)).toBe(jobs);
    expect(new Set(orders.map(({ key }) => key)).size).toBe(orders.length);
    for (const { rows, body } of orders) expect(JSON.stringify(body).split('"type"').length).toBe(rows);
  });

  test('when kills are asked for, then so many are planned', () => {
    expect(planOf('--kills 50').kills.length).toBe(50);
    expect(planOf('--kills 0').kills).toEqual([]);
  });

  test.each(['redis', 'postgres'] as const)(
    'when a run is as long as usual, then every kind of fault that the engine %s can have comes at least once',
    (engine) => {
      const kinds = new Set(
        planOf(`--engine ${engine}`)
          .lanes.flat()
          .map(({ kind }) => kind),
      );
      expect([...kinds].toSorted()).toEqual(faultKinds.filter((kind) => faultSpecs[kind].engines.includes(engine)).toSorted());
    },
  );

  test('when a run has 500 jobs, then all that clients do is among them', () => {
    const { orders, walls } = planOf('--jobs 500');
    expect(new Set(orders.map(({ type }) => type))).toEqual(new Set(['parse', 'analyze', 'export']));
    expect(new Set(orders.map(({ body }) => body['priority'])).size).toBe(4);
    for (const some of [
      orders.filter(({ runAfterMs }) => runAfterMs !== null),
      orders.filter(({ cancelAfterMs, rows }) => cancelAfterMs !== null && rows > 1),
      orders.filter(({ isSentTwice }) => isSentTwice),
      orders.filter(({ hasSmallTimeout }) => hasSmallTimeout),
      orders.filter(({ body }) => JSON.stringify(body).includes('"post"')),
    ])
      expect(some.length).toBeGreaterThan(0);
    expect(walls.length).toBeLessThan(orders.length / 2);
  });
});

describe('the options', () => {
  test('when one is unknown or is no number, then that is told', () => {
    expect(() => readOptions(['--job', '5'])).toThrow(/--job/);
    expect(() => readOptions(['--jobs', 'many'])).toThrow(/jobs/);
    expect(() => readOptions(['--engine', 'kafka'])).toThrow(/engine/);
  });

  test('when help is asked for, then nothing runs', () => {
    expect(readOptions(['--help', '--jobs', '5'])).toBe('help');
  });
});
