import { describe, expect, test } from '@jest/globals';
import { newFrontier } from './frontier.ts';
import { MAX_OPEN_WALLS } from './limits.ts';
import { takeTargets } from './targets.ts';

const linesOf = (refs: readonly string[], from = 0) => refs.map((ref, index) => ({ index: from + index, ref }));
const list = { isLast: true, isOnlyTarget: false };

describe('taking up targets', () => {
  test('when they are walls and posts, then names have to be found, and the others not', () => {
    const { walls, wanted, targets } = takeTargets(newFrontier(), linesOf(['town', '-5', '7', '-5_45']), list);
    expect(walls.map(({ ref, ownerId }) => [ref, ownerId])).toEqual([
      ['town', null],
      ['-5', '-5'],
      ['7', '7'],
    ]);
    expect([wanted, targets]).toEqual([['-5_45'], { next: 4, isEnd: true }]);
  });

  test('when it is the only one, then it is found also by its id: who it is belongs to the result', () => {
    expect(takeTargets(newFrontier(), linesOf(['-5']), { isLast: true, isOnlyTarget: true }).walls).toMatchObject([{ ownerId: null }]);
  });

  test('when there are more walls than may be open, then the rest is taken up later, from its place', () => {
    const lines = linesOf(
      Array.from({ length: MAX_OPEN_WALLS + 5 }, (_, index) => String(-1 - index)),
      1_000,
    );
    const full = takeTargets(newFrontier(), lines, list);
    expect([full.walls.length, full.targets]).toEqual([MAX_OPEN_WALLS, { next: 1_000 + MAX_OPEN_WALLS, isEnd: false }]);
  });
});
