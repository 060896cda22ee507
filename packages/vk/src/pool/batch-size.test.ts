import { beforeEach, describe, expect, test } from '@jest/globals';
import { type BatchSizes, createBatchSizes } from './batch-size.ts';

describe('how many calls a request carries', () => {
  let sizes: BatchSizes;
  beforeEach(() => {
    sizes = createBatchSizes();
  });
  const fallTo = (end: number): void => {
    for (let size = sizes.of('a'); size > end; size = sizes.of('a')) sizes.tooBig('a', size, 'outage');
  };
  const goWell = (calls: number, times: number): void => {
    for (let time = 0; time < times; time += 1) sizes.well('a', calls);
  };

  test('when nothing was too big yet, then as many as VK takes', () => {
    goWell(25, 100);
    expect(sizes.of('a')).toBe(25);
  });

  test('when several requests that were on their way together fail, then it is halved once', () => {
    for (let flight = 0; flight < 8; flight += 1) sizes.tooBig('a', 25, 'heavy');
    expect(sizes.of('a')).toBe(13);
    expect(sizes.of('b')).toBe(25);
  });

  test('when the halves fail as well, then down to one, and single calls that go well make it grow again', () => {
    for (const size of [25, 13, 7, 4, 2]) {
      expect(sizes.of('a')).toBe(size);
      sizes.tooBig('a', size, 'heavy');
    }
    expect(sizes.of('a')).toBe(1);
    goWell(1, 4);
    expect(sizes.of('a')).toBe(2);
    goWell(1, 100);
    expect(sizes.of('a')).toBe(2);
    goWell(2, 4);
    expect(sizes.of('a')).toBe(3);
  });

  test('when VK was away, then it doubles with each success up to what had worked before, and grows slowly from there', () => {
    sizes.tooBig('a', 25, 'heavy');
    goWell(13, 4);
    goWell(14, 1);
    fallTo(1);
    const grown = Array.from({ length: 5 }, () => {
      goWell(sizes.of('a'), 1);
      return sizes.of('a');
    });
    expect(grown).toEqual([2, 4, 8, 14, 14]);
    goWell(14, 4);
    expect(sizes.of('a')).toBe(15);
  });

  test('when nothing had worked before, then it may have been too much as well, and it grows slowly', () => {
    fallTo(2);
    goWell(2, 3);
    expect(sizes.of('a')).toBe(2);
    goWell(2, 1);
    expect(sizes.of('a')).toBe(3);
  });

  test('when a size fails again on the way back, then it comes back quickly only to what has worked since', () => {
    goWell(25, 1);
    fallTo(4);
    goWell(4, 1);
    sizes.tooBig('a', 8, 'outage');
    goWell(4, 2);
    expect(sizes.of('a')).toBe(4);
  });

  test('when requests of before the outage fail late, then the way back is still quick', () => {
    goWell(25, 1);
    fallTo(4);
    goWell(4, 1);
    sizes.tooBig('a', 13, 'outage');
    expect(sizes.of('a')).toBe(7);
    goWell(7, 1);
    expect(sizes.of('a')).toBe(14);
  });

  test('when something is too big on the way back, then that ends it', () => {
    goWell(25, 1);
    fallTo(4);
    goWell(4, 1);
    sizes.tooBig('a', 8, 'heavy');
    goWell(4, 3);
    expect(sizes.of('a')).toBe(4);
  });
});
