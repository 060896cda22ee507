import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export type TempDir = { readonly path: string; remove(): void };

/** A new directory that the servers of tests can reach, whichever user they run as. */
export const makeTempDir = (): TempDir => {
  // As root PostgreSQL runs as nobody; a TMPDIR of our own may be closed to it.
  const path = mkdtempSync(join(process.getuid?.() === 0 ? '/tmp' : tmpdir(), 'otklik-test-'));
  chmodSync(path, 0o755);
  return { path, remove: () => rmSync(path, { recursive: true, force: true, maxRetries: 5 }) };
};
