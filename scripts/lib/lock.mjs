import { randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

const BEAT_MS = 2_000;
const DEAD_AFTER_MS = 20_000;
const POLL_MS = 100;

/**
 * Runs `work` while no other process holds the lock at `path`. A holder that died, or that did not touch its lock for
 * 20 s, loses it.
 * @param {{ path: string, onWait?: () => void }} lock `onWait` is called once when somebody else holds it
 */
export const withLock = async ({ path, onWait = () => undefined }, work) => {
  const token = `${JSON.stringify({ pid: process.pid, host: hostname(), id: randomUUID() })}\n`;
  mkdirSync(dirname(path), { recursive: true });
  for (let isFirst = true; !take(path, token); isFirst = false) {
    if (isFirst) onWait();
    await wait(POLL_MS);
  }
  const beat = setInterval(() => touch(path), BEAT_MS);
  try {
    return await work();
  } finally {
    clearInterval(beat);
    if (read(path) === token) rmSync(path, { force: true });
  }
};

const take = (path, token) => {
  const held = read(path);
  if (held !== undefined && isDead(path, held)) setAside(path, held);
  try {
    writeFileSync(path, token, { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  }
};

/** A rename is won by one process only. Whoever took a living lock that way by bad luck puts it back. */
const setAside = (path, dead) => {
  const aside = `${path}.${randomUUID()}`;
  try {
    renameSync(path, aside);
    if (read(aside) === dead) rmSync(aside);
    else renameSync(aside, path);
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
  }
};

const isDead = (path, held) => {
  try {
    if (Date.now() - statSync(path).mtimeMs > DEAD_AFTER_MS) return true;
    const { pid, host } = JSON.parse(held);
    return host === hostname() && !isAlive(pid);
  } catch {
    // Gone meanwhile, or just being written: look again at the next round.
    return false;
  }
};

const isAlive = (pid) => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
};

const read = (path) => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
};

const touch = (path) => {
  try {
    utimesSync(path, new Date(), new Date());
  } catch {
    // node_modules was removed under our feet; the work itself will say so.
  }
};
