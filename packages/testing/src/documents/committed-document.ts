import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { REPO_ROOT } from '../processes/run-process.ts';

/**
 * The text of a committed document that is made from the code, to be compared with what the code would make today. With
 * `UPDATE_DOCS=1` (`npm run docs`) what is given as `made` is written first. `''` where it is not there yet.
 */
export const committedDocument = (path: string, made?: string): string => {
  const file = join(REPO_ROOT, path);
  if (made !== undefined && process.env['UPDATE_DOCS'] === '1') {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, made);
  }
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
};
