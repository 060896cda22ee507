import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { makeTempDir } from '@otklik/testing';
import { runChild } from '../../scripts/lib/run-child.mjs';

const SIGKILLED = 137;

describe('a program that we start', () => {
  const folder = makeTempDir();
  afterAll(() => folder.remove());
  const run = (script: string, more = {}) => runChild({ program: process.execPath, args: ['-e', script], lingerMs: 100, ...more });

  test('when it has done its work and does not end, then it is ended, and that does not look like a success', async () => {
    const report = join(folder.path, 'report');
    const script = `require('fs').writeFileSync(${JSON.stringify(report)}, ''); setInterval(() => undefined, 1000)`;
    expect(await run(script, { isOver: () => existsSync(report) })).toBe(SIGKILLED);
  });

  test('when it ends by itself, then its exit code is told', async () => {
    const report = join(folder.path, 'early');
    writeFileSync(report, '');
    expect(await run('process.exit(7)', { isOver: () => existsSync(report), lingerMs: 20_000 })).toBe(7);
    expect(await run('process.exit(0)')).toBe(0);
  });
});
