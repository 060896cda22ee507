import { describe, expect, test } from '@jest/globals';
import { newFrontier, newWall } from '../frontier/frontier.ts';
import { takeTargets } from '../frontier/targets.ts';
import { aPlan } from '../testing/a-plan.ts';
import { crawlInMemory } from '../testing/crawl-in-memory.ts';
import { answerFrom } from '../testing/small-vk.ts';
import { takeWall } from './take-wall.ts';

const context = { plan: aPlan(), known: () => undefined, isOnlyTarget: false, now: 0, isNamed: () => false };
const row = { ownerId: '-3', kind: 'group', name: 'three', screenName: 'three' } as const;
const lines = ['-3', '-4'].map((ref, index) => ({ index, ref }));
const refsOf = ({ walls }: { readonly walls: readonly { readonly ref: string }[] }) => walls.map(({ ref }) => ref);

describe('a list that names a wall by its id and by its name', () => {
  test.each([
    ['is being read', { ...newFrontier(), walls: [newWall('-3', '-3')] }],
    ['was read', { ...newFrontier(), endedWalls: ['-3'] }],
  ])('when that wall %s, then it is not read and counted a second time', (_, at) => {
    const named = { ...at, walls: [...at.walls, newWall('three', null)] };
    expect(refsOf(takeWall(named, { ref: 'three', row }, context).frontier)).toEqual(refsOf(at));
    const taken = takeTargets(at, lines, { isLast: true, isOnlyTarget: false });
    expect(taken.targets).toEqual({ next: 2, isEnd: true });
    expect(refsOf(taken)).toEqual([...refsOf(at), '-4']);
  });

  test('when a wall ends, then that is remembered', async () => {
    const { end } = await crawlInMemory({ list: ['-3', '-4'], answer: answerFrom([{ ownerId: '-3', posts: [{ id: 1, threads: [] }] }]) });
    expect(end?.endedWalls.toSorted()).toEqual(['-3', '-4']);
  });
});
