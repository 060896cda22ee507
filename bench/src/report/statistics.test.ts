import { describe, expect, test } from '@jest/globals';
import { ratioOf, spreadOf } from './statistics.ts';

describe('the spread of measurements', () => {
  test('when they are odd in number, then the median is the middle one, in whatever order they came', () => {
    expect(spreadOf([50, 10, 40, 20, 30])).toEqual({ median: 30, min: 10, max: 50, iqr: 20 });
  });

  test('when they are even in number, then the median lies between the two in the middle', () => {
    expect(spreadOf([4, 1, 3, 2])).toEqual({ median: 2.5, min: 1, max: 4, iqr: 1.5 });
  });

  test('when there is one, then it is all', () => {
    expect(spreadOf([7])).toEqual({ median: 7, min: 7, max: 7, iqr: 0 });
  });

  test('when one is far off, then the median does not follow it', () => {
    expect(spreadOf([10, 11, 9, 10, 1_000]).median).toBe(10);
  });

  test('when nothing was measured, then there is no answer', () => {
    expect(() => spreadOf([])).toThrow(RangeError);
  });
});

describe('the ratio to a peer', () => {
  test('when the machine slows down for both, then the ratio stays', () => {
    expect(ratioOf([100, 50, 10], [200, 100, 20])).toEqual({ median: 0.5, min: 0.5, max: 0.5, iqr: 0 });
  });

  test('when rounds differ, then it is the median of the ratios of the rounds', () => {
    // The ratio of the medians would be 30 / 20.
    expect(ratioOf([10, 30, 60], [10, 40, 20])).toMatchObject({ median: 1, min: 0.75, max: 3 });
  });

  test('when one was measured more often, then there is no answer', () => {
    expect(() => ratioOf([1, 2], [1])).toThrow(RangeError);
  });
});
