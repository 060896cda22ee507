import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stateDir } from './paths.mjs';

/** A stamp remembers for which fingerprint a step of the preparation was done last. */
export const isStamped = (name, fingerprint) => {
  try {
    return readFileSync(join(stateDir, `${name}.stamp`), 'utf8') === fingerprint;
  } catch {
    return false;
  }
};

export const stamp = (name, fingerprint) => {
  mkdirSync(stateDir, { recursive: true });
  writeFileSync(join(stateDir, `${name}.stamp`), fingerprint);
};

export const unstamp = (name) => rmSync(join(stateDir, `${name}.stamp`), { force: true });
