import { describe, expect, test } from '@jest/globals';
import { filesOfSlice, takeSlice } from '../../scripts/lib/deep-slice.mjs';

describe('a slice of the long run', () => {
  test('when the seed goes up by one as often as there are slices, then every file was run exactly once', () => {
    const files = ['e', 'a', 'd', 'b', 'c'];
    const runs = [41, 42, 43].map((seed) => filesOfSlice(files, { seed, of: 3 }));
    expect(runs.flat().toSorted()).toEqual(['a', 'b', 'c', 'd', 'e']);
    expect(runs.every((run) => run.length > 0)).toBe(true);
  });

  test('when there are fewer files than slices, then no run is empty', () => {
    expect([0, 1, 2].map((seed) => filesOfSlice(['a', 'b'], { seed, of: 4 }))).toEqual([['a'], ['b'], ['a']]);
    expect(filesOfSlice([], { seed: 1, of: 4 })).toEqual([]);
  });

  test('is taken out of the arguments, which stay as they are otherwise', () => {
    expect(takeSlice(['-t', 'x', '--slice', '326/8', 'core'])).toEqual({ slice: { seed: 326, of: 8 }, args: ['-t', 'x', 'core'] });
    expect(takeSlice(['--slice=326'])).toEqual({ slice: { seed: 326, of: 4 }, args: [] });
    expect(takeSlice(['core'])).toEqual({ args: ['core'] });
  });

  test.each([[['--slice']], [['--slice', 'x']], [['--slice', '1/0']]])('when %j names none, then it is refused', (argv) => {
    expect(() => takeSlice(argv)).toThrow('--slice wants SEED');
  });
});
