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
  test.each([[[]], [['unknown']], [['sample', 'sample']], [['sample', '--fast']], [['sample', '--rounds', 'few']]])(
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

  test('when it is told to stop, then it says so and ends with 130', async () => {
    let err = '';
    const stop = AbortSignal.abort();
    const code = await runCommand({
      args: ['sample'],
      benchmarks: [{ ...sample, run: async ({ signal }) => Promise.reject(signal.reason) }],
      stop,
      out: () => undefined,
      err: (text) => void (err += text),
    });
    expect({ code, err }).toEqual({ code: 130, err: 'Stopped.\n' });
  });

  test('when the benchmark finds a promise broken, then that is thrown on', async () => {
    const broken = new Error('not every comment was stored');
    const command = { args: ['sample'], stop: new AbortController().signal, out: () => undefined, err: () => undefined };
    await expect(runCommand({ ...command, benchmarks: [{ ...sample, run: async () => Promise.reject(broken) }] })).rejects.toBe(broken);
  });
});
