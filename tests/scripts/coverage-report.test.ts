import { describe, expect, test } from '@jest/globals';
import { coverageTable, mergeCoverage, rangesOf, summarizeCoverage } from '../../scripts/lib/coverage-report.mjs';

/** As the tools write it: one statement per line. */
const record = (counts: readonly number[]) => ({
  statementMap: Object.fromEntries(counts.map((_count, index) => [index, { start: { line: index + 1 } }])),
  s: Object.fromEntries(counts.map((count, index) => [index, count])),
});

describe('the report of coverage', () => {
  test('when a line ran in a child process only, then it counts as run', () => {
    const merged = mergeCoverage([
      { '/repo/apps/api/src/main.ts': record([0, 0, 1]) },
      { '/repo/apps/api/src/main.ts': record([2, 0, 0]), '/repo/packages/db/src/a.ts': record([1]) },
    ]);
    expect(summarizeCoverage(merged, '/repo')).toEqual([
      { name: 'apps/api', lines: 3, covered: 2, uncovered: [{ file: 'apps/api/src/main.ts', lines: '2' }] },
      { name: 'packages/db', lines: 1, covered: 1, uncovered: [] },
    ]);
  });

  test('when lines that never ran stand together, then they are told as one range', () => {
    expect(rangesOf([3, 4, 5, 9])).toBe('3-5, 9');
    expect(rangesOf([])).toBe('');
  });

  test('when a person reads it, then each package has its share, and the lines that never ran are named', () => {
    const text = coverageTable([{ name: 'packages/db', lines: 4, covered: 3, uncovered: [{ file: 'packages/db/src/a.ts', lines: '2' }] }]);
    expect(text).toContain('packages/db   75.0 %       3 of 4 lines');
    expect(text).toContain('packages/db/src/a.ts: 2');
  });
});
