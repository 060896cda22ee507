import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { REPO_ROOT } from '@otklik/testing';

const BLOCK = /^```sh\n(.*?)^```$/gms;

/** The commands of a page that a reader is to run (its `sh` blocks), in their order, as one script that stops at the first failure. */
export const commandsOf = (page: string): string => {
  const text = readFileSync(join(REPO_ROOT, page), 'utf8');
  const blocks = [...text.matchAll(BLOCK)].map(([, commands]) => commands ?? '');
  return ['set -euo pipefail', 'shopt -s inherit_errexit', ...blocks].join('\n');
};
