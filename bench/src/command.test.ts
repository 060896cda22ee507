import { describe, expect, test } from '@jest/globals';
import type { Benchmark } from './benchmark.ts';
import { runCommand } from './command.ts';

const sample: Benchmark = {
  name: 'sample',
  about: 'nothing of weight',
  run: async ({ note }) => {
    note('working');
    return {
      name: 'sample',
      unit: 'things/s',
      headline: 'ours',
      ours: [{ name: 'ours', rates: [2] }],
      peers: [{ name: 'rival', rates: [1] }],
      comparisons: [{ name: 'rival', ours: 'ours', peer: 'rival' }],
      notes: [],
    };
  },
};

const run = async (...args: string[]) => {
  let [out, err] = ['', ''];
  const code = await runCommand({
    args,
    benchmarks: [sample],
    stop: new AbortController().signal,
    out: (text) => void (out += text),
    err: (text) => void (err += text),
  });
  return { code, out, err };
};

describe('npm run bench', () => {
  test.each([[[]], [['unknown']], [['sample', 'sample']], [['sample', '--fast']]])(
    'when it is asked for %j, then it lists the names and ends with 2',
    async (args) => {
      const { code, out, err } = await run(...args);
      expect({ code, out }).toEqual({ code: 2, out: '' });
      expect(err).toContain('sample  nothing of weight');
    },
  );

  test('when it is asked for JSON, then stdout is that line and the table is on stderr', async () => {
    const { code, out, err } = await run('sample', '--json');
    expect(code).toBe(0);
    expect(out).toBe('{"name":"sample","unit":"things/s","ours":2,"peers":{"rival":1},"ratios":{"rival":2}}\n');
    expect(err).toMatch(/^working\n[^]*median[^]*IQR/);
  });

  test('when it is not, then the table is on stdout', async () => {
    const { out, err } = await run('--', 'sample');
    expect(out).toMatch(/median[^]*IQR/);
    expect(err).toBe('working\n');
  });
});
