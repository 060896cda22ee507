import { expect, test } from '@jest/globals';
import { ALL } from './cache-labels.ts';
import { createOverdueDrops } from './overdue-drops.ts';

test('when drops can not be made, then they are kept once each and handed out once', () => {
  const overdue = createOverdueDrops();
  expect(overdue.take()).toBeUndefined();
  overdue.add({ entries: ['a', 'b'], groups: ['g'] });
  overdue.add({ entries: ['b'], groups: [] });
  expect(overdue.take()).toEqual({ entries: ['a', 'b'], groups: ['g'] });
  expect(overdue.take()).toBeUndefined();
});

test('when an outage lasts and there are ever more of them, then they become one that drops everything', () => {
  const overdue = createOverdueDrops();
  for (let index = 0; index < 5_000; index += 1) overdue.add({ entries: [String(index)], groups: [] });
  const { entries = [], groups = [] } = overdue.take() ?? {};
  expect(groups).toEqual([ALL]);
  expect(entries.length).toBeLessThan(1_000);
});
