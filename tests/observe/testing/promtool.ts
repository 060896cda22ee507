import { spawnSync } from 'node:child_process';
import { describe, test } from '@jest/globals';
import { REPO_ROOT } from '@otklik/testing';

export type Verdict = { readonly isGood: boolean; readonly output: string };

/** Runs Prometheus' own checker, from the root of the repository. */
export const promtool = (args: readonly string[], input = ''): Verdict => {
  const { status, stdout, stderr } = spawnSync('promtool', args, { cwd: REPO_ROOT, input, encoding: 'utf8' });
  return { isGood: status === 0, output: `${stdout}${stderr}` };
};

/**
 * A describe block that needs promtool (Debian: the package `prometheus`). Without it its tests are skipped and counted as
 * skipped; `REQUIRE_PROMTOOL=1` makes that a failure.
 */
export const describeWithPromtool = (name: string, body: () => void): void => {
  if (spawnSync('promtool', ['--version']).status === 0) return describe(name, body);
  if (process.env['REQUIRE_PROMTOOL'] !== '1') return describe.skip(name, body);
  return describe(name, () => {
    test('promtool is there', () => {
      throw new Error('REQUIRE_PROMTOOL=1, but promtool is not on the PATH: install the package prometheus.');
    });
  });
};
