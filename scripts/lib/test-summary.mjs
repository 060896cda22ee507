import { readFileSync } from 'node:fs';

/** What jest counted, or undefined when it wrote nothing. */
export const readReport = (path) => {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
};

/**
 * The closing line and exit code of a run. A file that could not run, and a run that ended badly without a failed test
 * (a teardown, a crash), count as failures: nothing that went wrong may look like a pass.
 * @param {number} code jest's own exit code
 * @param {{ numPassedTests?: number, numFailedTests?: number, numPendingTests?: number, numTodoTests?: number, numRuntimeErrorTestSuites?: number }} report
 */
export const summarize = (code, report = {}) => {
  const counted = (report.numFailedTests ?? 0) + (report.numRuntimeErrorTestSuites ?? 0);
  const failed = counted === 0 && code !== 0 ? 1 : counted;
  const skipped = (report.numPendingTests ?? 0) + (report.numTodoTests ?? 0);
  return {
    line: `Tests: ${report.numPassedTests ?? 0} passed, ${failed} failed, ${skipped} skipped`,
    exitCode: failed === 0 ? 0 : code || 1,
  };
};
