import { describe, expect, test } from '@jest/globals';
import { summarize } from '../../scripts/lib/test-summary.mjs';

describe('the last line of a run', () => {
  test('counts what passed, failed and was left out', () => {
    const report = { numPassedTests: 5, numFailedTests: 0, numPendingTests: 2, numTodoTests: 1, numRuntimeErrorTestSuites: 0 };
    expect(summarize(0, report)).toEqual({ line: 'Tests: 5 passed, 0 failed, 3 skipped', exitCode: 0 });
  });

  test('when a file could not run, then that is a failure', () => {
    const report = { numPassedTests: 5, numFailedTests: 1, numRuntimeErrorTestSuites: 2 };
    expect(summarize(0, report)).toEqual({ line: 'Tests: 5 passed, 3 failed, 0 skipped', exitCode: 1 });
  });

  test('when every test passed but the run ended badly, then that is a failure with the exit code of the run', () => {
    expect(summarize(143, { numPassedTests: 5 })).toEqual({ line: 'Tests: 5 passed, 1 failed, 0 skipped', exitCode: 143 });
  });

  test('when nothing was written, then the exit code decides', () => {
    expect(summarize(1)).toEqual({ line: 'Tests: 0 passed, 1 failed, 0 skipped', exitCode: 1 });
    expect(summarize(0)).toEqual({ line: 'Tests: 0 passed, 0 failed, 0 skipped', exitCode: 0 });
  });
});
