import { createHash } from 'node:crypto';
import { chmodSync, lutimesSync, readFileSync, readlinkSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { walk } from './walk.mjs';

/** All files get the same time: it says nothing, and would make every bundle of the same sources another one. */
const LONG_AGO = new Date('2020-01-01T00:00:00Z');

/**
 * Gives everything the same rights and times, and sums it up. The same sources give the same digest, on any machine of
 * the same platform.
 * @returns {{ files: number, bytes: number, sha256: string }}
 */
export const settleAndDescribe = (out) => {
  const hash = createHash('sha256');
  let files = 0;
  let bytes = 0;
  for (const { path, entry } of walk(out)) {
    const full = join(out, path);
    if (entry.isSymbolicLink()) hash.update(`link ${path} ${readlinkSync(full)}\n`);
    else if (entry.isDirectory()) chmodSync(full, 0o755);
    else {
      const content = readFileSync(full);
      chmodSync(full, statSync(full).mode & 0o100 ? 0o755 : 0o644);
      hash.update(`file ${path} ${content.length} `).update(createHash('sha256').update(content).digest());
      files += 1;
      bytes += content.length;
    }
    lutimesSync(full, LONG_AGO, LONG_AGO);
  }
  return { files, bytes, sha256: hash.digest('hex') };
};
