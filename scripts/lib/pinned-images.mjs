import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runQuietly } from './run-quietly.mjs';

/** Where images are named. */
const FILES = ['deploy/Dockerfile', 'docker-compose.yml', '.github/workflows/ci.yml'];
const PINNED = /([a-z0-9][a-z0-9./-]*:[\w.-]+)@(sha256:[0-9a-f]{64})/g;
const DIGEST = /^sha256:[0-9a-f]{64}$/;

/**
 * Each image of the checkout once.
 * @returns {{ tag: string, digest: string }[]}
 */
export const pinnedImages = (checkout) => {
  const found = FILES.flatMap((file) => [...readFileSync(join(checkout, file), 'utf8').matchAll(PINNED)]);
  return [...new Map(found.map(([all, tag, digest]) => [all, { tag, digest }])).values()];
};

/**
 * The digest that a tag leads to today, of the index of all platforms.
 * @throws {Error} when Docker or the registry does not answer
 */
export const askDigest = async (tag) => {
  const args = ['buildx', 'imagetools', 'inspect', '--format', '{{.Manifest.Digest}}', tag];
  const { code, output } = await runQuietly({ program: 'docker', args, timeoutMs: 60_000 });
  const digest = output.trim();
  if (code !== 0 || !DIGEST.test(digest)) throw new Error(`Docker can not tell what ${tag} is: ${digest}`);
  return digest;
};

/** Puts another digest behind a tag, wherever the tag stands with the present one. */
export const writeDigest = (checkout, { tag, digest }, found) => {
  for (const file of FILES) {
    const path = join(checkout, file);
    writeFileSync(path, readFileSync(path, 'utf8').replaceAll(`${tag}@${digest}`, `${tag}@${found}`));
  }
};
