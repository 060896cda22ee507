import { readFileSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

export type OsUser = { readonly uid: number; readonly gid: number };

/** Whom the database has to run as: `nobody` when we are root, because PostgreSQL refuses root; else ourselves (undefined). */
export const serverUser = (): OsUser | undefined => (process.getuid?.() === 0 ? nobody() : undefined);

/** Whether any user of the machine can reach this path: each folder above is open to pass. What is missing is passable. */
export const isReachableForAll = (path: string): boolean => {
  const parent = dirname(path);
  return parent === path || (isPassable(parent) && isReachableForAll(parent));
};

const OTHERS_MAY_PASS = 0o001;

const isPassable = (dir: string): boolean => {
  const stats = statSync(dir, { throwIfNoEntry: false });
  return stats === undefined || (stats.mode & OTHERS_MAY_PASS) !== 0;
};

const nobody = (): OsUser => {
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((entry) => entry.startsWith('nobody:'));
  const [, , uid = '65534', gid = '65534'] = line?.split(':') ?? [];
  return { uid: Number(uid), gid: Number(gid) };
};
