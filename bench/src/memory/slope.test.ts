import { describe, expect, test } from '@jest/globals';
import { slopeOf } from './slope.ts';

describe('the slope', () => {
  test('when the points lie around a line, then it is that of the line', () => {
    const ys = [1, 3.5, 4.5, 7];
    expect(slopeOf(ys.map((y, x) => ({ x, y })))).toBeCloseTo(1.9);
  });

  test('when there is one point, then there is none', () => {
    expect(() => slopeOf([{ x: 1, y: 1 }])).toThrow(RangeError);
  });
});
