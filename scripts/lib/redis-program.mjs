import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { runQuietly } from './run-quietly.mjs';
import { say, secondsSince } from './say.mjs';

const PROGRAMS = ['redis-server', 'valkey-server'];
const APT_LIMIT_MS = 180_000;

/**
 * Makes sure that there is a Redis for the tests: finds one on the PATH, or installs Debian's where that is allowed.
 * @returns {Promise<boolean>} false when there is none; that was said loudly then
 */
export const ensureRedis = async () => {
  if (PROGRAMS.some(isOnPath)) return true;
  if (process.getuid?.() === 0 && isOnPath('apt-get') && (await installWithApt())) return true;
  say('\n!!! No redis-server or valkey-server on the PATH: the tests on Redis can not run. Install one of them. !!!\n');
  return false;
};

const installWithApt = async () => {
  const startedAt = performance.now();
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const aptGet = (...args) => runQuietly({ program: 'apt-get', args, env, timeoutMs: APT_LIMIT_MS });
  process.stderr.write('Installing redis-server … ');
  await aptGet('update', '-qq');
  const { code, output } = await aptGet('install', '-y', '-qq', '--no-install-recommends', 'redis-server');
  say(code === 0 ? secondsSince(startedAt) : `failed\n${output.trimEnd()}`);
  return code === 0 && PROGRAMS.some(isOnPath);
};

const isOnPath = (program) => (process.env.PATH ?? '').split(delimiter).some((dir) => dir !== '' && isExecutable(join(dir, program)));

const isExecutable = (path) => {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
};
