import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';

const ROOMS = ['packages', 'apps', 'tests'];

/** Numbers in a row of the table (`| 5, 6 | …`) or in the name of a test (`'fault 21 and 27: …`). */
const numbersIn = (text: string): readonly string[] => text.match(/\d+/g) ?? [];

const describedFaults = (): readonly string[] =>
  [...readFileSync('docs/operations/drills.md', 'utf8').matchAll(/^\| ([\d, ]+) \|/gm)].flatMap(([, cell = '']) => numbersIn(cell));

const testedFaults = (): ReadonlySet<string> => {
  const files = ROOMS.flatMap((room) => readdirSync(room, { recursive: true, encoding: 'utf8' }).map((path) => join(room, path)));
  const tests = files.filter((path) => path.endsWith('.test.ts') && !path.includes('node_modules'));
  const names = tests.flatMap((path) => [...readFileSync(path, 'utf8').matchAll(/['"`]fault ([\d]+b?(?: and \d+b?)?):/g)]);
  return new Set(names.flatMap(([, numbers = '']) => numbersIn(numbers)));
};

test('when a fault is described, then a test of that number shows what holds, and the other way round', () => {
  const described = describedFaults();
  expect(described.length).toBeGreaterThan(15);
  expect([...testedFaults()].toSorted()).toEqual([...described].toSorted());
});
