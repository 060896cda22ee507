import { describe, expect, test } from '@jest/globals';
import { passesMilestone } from './milestones.ts';

describe('milestones', () => {
  test('when little is done, then each piece is one; when there is no end, then they thin out and stay few', () => {
    const passed = Array.from({ length: 1_000_000 }, (_, done) => done + 1).filter((done) => passesMilestone(done - 1, done));
    expect(passed.slice(0, 5)).toEqual([1, 2, 3, 4, 5]);
    expect(passed.length).toBeGreaterThan(100);
    expect(passed.length).toBeLessThan(150);
    expect(passesMilestone(100, 100)).toBe(false);
    expect(passesMilestone(100, 200)).toBe(true);
  });
});
