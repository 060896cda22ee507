// `npm run bundle -- [folder] [--target product|simulator]`: what runs in production, in one folder. The Dockerfile calls
// it, and so may whoever runs without containers: copy the folder, then `node apps/api/dist/main.js` in it.
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { makeBundle } from './lib/bundle/make-bundle.mjs';
import { targets } from './lib/bundle/targets.mjs';
import { PreparationFailed } from './lib/preparation-failed.mjs';
import { say, secondsSince } from './lib/say.mjs';

const DEFAULT_FOLDERS = { product: 'dist-bundle', simulator: 'dist-bundle-simulator' };

const readArguments = () => {
  const { values, positionals } = parseArgs({ options: { target: { type: 'string', default: 'product' } }, allowPositionals: true });
  if (!Object.hasOwn(targets, values.target) || positionals.length > 1) throw new TypeError();
  return { target: values.target, out: resolve(positionals[0] ?? DEFAULT_FOLDERS[values.target]) };
};

const main = async () => {
  const startedAt = performance.now();
  const { target, out } = readArguments();
  const { files, bytes, sha256, isNew } = await makeBundle({ target, out });
  const size = `${(bytes / 1e6).toFixed(1)} MB in ${files} files`;
  process.stdout.write(`${out}: ${size}, sha256 ${sha256.slice(0, 16)} (${isNew ? secondsSince(startedAt) : 'nothing changed'})\n`);
};

try {
  await main();
} catch (error) {
  if (error instanceof PreparationFailed) say(error.message);
  else if (error instanceof TypeError) say(`npm run bundle -- [folder] [--target ${Object.keys(targets).join('|')}]`);
  else throw error;
  process.exitCode = error instanceof PreparationFailed ? error.exitCode : 2;
}
