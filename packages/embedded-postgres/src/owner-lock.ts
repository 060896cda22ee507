import { linkSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DataDirInUseError } from './embedded-postgres-errors.ts';
import { startOfProcess } from './process-facts.ts';

export type OwnerLock = { release(): void };

/**
 * Makes this process the one owner of the directory, or throws DataDirInUseError. The lock of a dead owner is taken over.
 *
 * Locks are numbered and the highest one counts, so taking over is creating the next number, which only one can do. The
 * highest is never deleted, only marked as released: else a slow rival could create a number that was used before.
 */
export const takeOwnerLock = (dir: string): OwnerLock => {
  const locks = join(dir, 'owner');
  mkdirSync(locks, { recursive: true });
  for (;;) {
    const current = highest(locks);
    const holder = readHolder(locks, current);
    if (holder !== undefined) throw new DataDirInUseError(dir, holder);
    const mine = current + 1;
    if (!create(locks, mine)) continue;
    if (highest(locks) === mine) {
      for (const older of numbers(locks)) if (older < mine) rmSync(join(locks, String(older)), { force: true });
      return { release: () => overwrite(locks, mine, RELEASED) };
    }
    // Rivals took and passed on newer locks since we looked; ours means nothing.
    rmSync(join(locks, String(mine)), { force: true });
  }
};

const RELEASED = 'released';

const numbers = (locks: string): number[] =>
  readdirSync(locks)
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
const highest = (locks: string): number => Math.max(0, ...numbers(locks));

const create = (locks: string, number: number): boolean => {
  const draft = join(locks, `draft-${process.pid}`);
  writeFileSync(draft, `${process.pid} ${new Date().toISOString()} ${startOfProcess(process.pid) ?? ''}`, { mode: 0o600 });
  try {
    linkSync(draft, join(locks, String(number)));
    return true;
  } catch {
    return false;
  } finally {
    rmSync(draft, { force: true });
  }
};

const overwrite = (locks: string, number: number, text: string): void => {
  const draft = join(locks, `draft-${process.pid}`);
  writeFileSync(draft, text, { mode: 0o600 });
  renameSync(draft, join(locks, String(number)));
};

const readHolder = (locks: string, number: number): { pid: number; since: Date } | undefined => {
  if (number === 0) return undefined;
  const [pidText = '', since = '', ...start] = readLock(locks, number).split(' ');
  const pid = Number(pidText);
  const isAlive = Number.isInteger(pid) && pid > 0 && startOfProcess(pid) === start.join(' ');
  return isAlive ? { pid, since: new Date(since) } : undefined;
};

const readLock = (locks: string, number: number): string => {
  try {
    return readFileSync(join(locks, String(number)), 'utf8');
  } catch {
    // Somebody newer removed it meanwhile: creating the next number will fail and we look again.
    return RELEASED;
  }
};
