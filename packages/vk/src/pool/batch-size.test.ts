import { beforeEach, describe, expect, test } from '@jest/globals';
import { type BatchSizes, createBatchSizes } from './batch-size.ts';

describe('how many calls a request carries', () => {
  let sizes: BatchSizes;
  beforeEach(() => {
    sizes = createBatchSizes();
  });
  const goWell = (calls: number, times: number): void => {
    for (let time = 0; time < times; time += 1) sizes.well('a', calls);
  };

  test('when nothing was too big yet, then as many as VK takes', () => {
    goWell(25, 100);
    expect(sizes.of('a')).toBe(25);
  });

  test('when several requests that were on their way together fail, then it is halved once', () => {
    for (let flight = 0; flight < 8; flight += 1) sizes.tooBig('a', 25);
    expect(sizes.of('a')).toBe(13);
    expect(sizes.of('b')).toBe(25);
  });

  test('when the halves fail as well, then down to one, and single calls that go well make it grow again', () => {
    for (const size of [25, 13, 7, 4, 2]) {
      expect(sizes.of('a')).toBe(size);
      sizes.tooBig('a', size);
    }
    expect(sizes.of('a')).toBe(1);
    goWell(1, 4);
    expect(sizes.of('a')).toBe(2);
    goWell(1, 100);
    expect(sizes.of('a')).toBe(2);
    goWell(2, 4);
    expect(sizes.of('a')).toBe(3);
  });
});
