import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { generatedFingerprint, packagesFingerprint, sourcesFingerprint, workspaceDirs } from './fingerprints.mjs';
import { withLock } from './lock.mjs';
import { hasPinnedNode, root, stateDir } from './paths.mjs';
import { PreparationFailed } from './preparation-failed.mjs';
import { runQuietly } from './run-quietly.mjs';
import { say, secondsSince } from './say.mjs';
import { isStamped, stamp, unstamp } from './stamps.mjs';
import { toolEnv } from './tool-env.mjs';

// turbo runs through pnpm, or it would find no package manager.
const PNPM = ['--yes', 'pnpm@12.21.0'];

const steps = {
  packages: {
    name: 'packages',
    fingerprint: packagesFingerprint,
    isThere: hasPinnedNode,
    args: ['install', '--frozen-lockfile'],
    title: 'Installing packages',
    advice: 'The lines above say why. The npm registry must be reachable; if it is, remove node_modules and run this again.',
  },
  generated: {
    name: 'generated',
    fingerprint: generatedFingerprint,
    isThere: () => existsSync(join(root, 'packages/db/src/generated')),
    args: ['exec', 'turbo', 'run', 'generate'],
    title: 'Generating the database client',
    advice: 'The lines above say why; most often a file of prisma/ needs a correction.',
  },
  build: {
    name: 'build',
    fingerprint: sourcesFingerprint,
    isThere: () => workspaceDirs().every((dir) => !existsSync(join(root, dir, 'tsconfig.json')) || existsSync(join(root, dir, 'dist'))),
    args: ['exec', 'turbo', 'run', 'build', '--output-logs=errors-only'],
    title: 'Building',
    advice: 'Correct what the lines above complain about and run this again.',
  },
};

const needed = {
  nothing: [],
  packages: [steps.packages],
  generated: [steps.packages, steps.generated],
  build: [steps.packages, steps.build],
  rebuild: [steps.packages, { ...steps.build, isThere: () => false }],
};

/**
 * Brings the checkout to where a command can run; does nothing, and takes no lock, when it is there already.
 * @param {'nothing' | 'packages' | 'generated' | 'build' | 'rebuild'} needs
 * @throws {PreparationFailed} after printing the whole output of what failed
 */
export const prepare = async (needs) => {
  if (needed[needs].every(isDone)) return;
  const onWait = () => say('Another command prepares this checkout; waiting for it …');
  await withLock({ path: join(stateDir, 'preparing.lock'), onWait }, async () => {
    for (const step of needed[needs]) if (!isDone(step)) await perform(step);
  });
};

const isDone = (step) => step.isThere() && isStamped(step.name, step.fingerprint());

const perform = async ({ name, title, args, fingerprint, advice }) => {
  const startedAt = performance.now();
  process.stderr.write(`${title} … `);
  // What is edited while this runs makes the stamp wrong on purpose: the next command does it again.
  const before = fingerprint();
  unstamp(name);
  const { code, output } = await runQuietly({ program: 'npx', args: [...PNPM, ...args], env: toolEnv() });
  if (code !== 0) {
    say(`failed after ${secondsSince(startedAt)}\n${output.trimEnd()}\n`);
    throw new PreparationFailed(`${title} failed. ${advice}`);
  }
  say(secondsSince(startedAt));
  stamp(name, before);
};
