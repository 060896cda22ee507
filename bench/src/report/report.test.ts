import { describe, expect, test } from '@jest/globals';
import { type BenchReport, toJsonLine, toSavedResult, toTable } from './report.ts';

const report: BenchReport = {
  name: 'sample',
  unit: 'things/s',
  headline: 'large',
  ours: [
    { name: 'large', rates: [600.4, 500, 700] },
    { name: 'small', rates: [60, 50, 70] },
  ],
  peers: [{ name: 'rival', rates: [1_000, 1_000, 1_000] }],
  comparisons: [
    { name: 'rival_large', ours: 'large', peer: 'rival', target: 0.6 },
    { name: 'rival_small', ours: 'small', peer: 'rival', target: 0.5 },
  ],
  notes: ['Measured by hand.'],
};

describe('the report of a benchmark', () => {
  test('when a machine reads it, then it is one line of JSON with medians and ratios and nothing else', () => {
    const line = toJsonLine(report);
    expect(line).not.toContain('\n');
    expect(JSON.parse(line)).toEqual({
      name: 'sample',
      unit: 'things/s',
      ours: 600,
      peers: { rival: 1_000 },
      ratios: { rival_large: 0.6, rival_small: 0.06 },
    });
  });

  test('when a person reads it, then medians stand with their spread, and ratios with their targets', () => {
    const lines = toTable(report)
      .split('\n')
      .map((line) => line.replaceAll(/ +/g, ' '));
    expect(lines).toEqual(expect.arrayContaining(['large 600 500–700 100', 'rival 1000 1000–1000 0', '- Measured by hand.']));
    expect(lines).toEqual(
      expect.arrayContaining(['rival_large 0.60 0.50–0.70 0.10 ≥ 0.6: yes', 'rival_small 0.06 0.05–0.07 0.01 ≥ 0.5: NO']),
    );
  });

  test('when there are figures that are no rates, then the line and the table have them as they are', () => {
    const withFigures = { ...report, figures: { waitP99Ms: 12.5 } };
    expect(JSON.parse(toJsonLine(withFigures))).toMatchObject({ figures: { waitP99Ms: 12.5 } });
    expect(toTable(withFigures)).toMatch(/waitP99Ms +12\.5/);
  });

  test('when figures belong together, then the line has them as an object and the table by group and name', () => {
    const withGroups = { ...report, groups: { startLatencyMs: { p50: 7, p99: 19.5 } } };
    expect(JSON.parse(toJsonLine(withGroups))).toMatchObject({ startLatencyMs: { p50: 7, p99: 19.5 } });
    expect(toTable(withGroups)).toMatch(/startLatencyMs\.p50 +7\n/);
  });

  test('when it is kept, then every round, the machine and the day are with it', () => {
    const machine = { cpu: 'abacus', cores: 1, memoryGb: 1, system: 'wood', node: 'v24.0.0' };
    expect(toSavedResult(report, { machine, at: new Date(0) })).toMatchObject({
      at: '1970-01-01T00:00:00.000Z',
      machine,
      ours: { large: { median: 600, rounds: [600, 500, 700] } },
      ratios: { rival_large: { median: 0.6, target: 0.6 } },
    });
  });
});
