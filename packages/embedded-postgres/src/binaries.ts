import {
  chmodSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { EmbeddedPostgresError } from './embedded-postgres-errors.ts';
import { isReachableForAll } from './os-user.ts';

export type Binaries = { readonly initdb: string; readonly postgres: string };

/**
 * The programs of the npm package for this platform. With `forOthers` they are ones that another OS user can run: copied
 * once to `cacheDir` where node_modules lies in a closed folder.
 */
export const findBinaries = ({ forOthers, cacheDir }: { readonly forOthers: boolean; readonly cacheDir: string }): Binaries => {
  const installed = findPackage();
  const native = join(installed.dir, 'native');
  const isUsable = !forOthers || (isReachableForAll(programs(native).postgres) && isRunnableByAll(programs(native).postgres));
  return programs(isUsable ? native : copyOnce(native, join(cacheDir, `${installed.platform}-${installed.version}`)));
};

const programs = (native: string): Binaries => ({
  initdb: join(native, 'bin', 'initdb'),
  postgres: join(native, 'bin', 'postgres'),
});

const isRunnableByAll = (file: string): boolean => (statSync(file).mode & 0o005) === 0o005;

const findPackage = (): { dir: string; platform: string; version: string } => {
  const platform = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  try {
    // The platform packages are dependencies of embedded-postgres, not ours, so they are looked up from there.
    const fromLauncher = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
    const dir = dirname(dirname(fromLauncher.resolve(`@embedded-postgres/${platform}`)));
    const { version } = z.object({ version: z.string() }).parse(JSON.parse(readFileSync(join(dir, 'package.json'), 'utf8')));
    return { dir, platform, version };
  } catch (cause) {
    throw new EmbeddedPostgresError(`There is no embedded PostgreSQL for ${platform}. Run a PostgreSQL of your own and set DATABASE_URL.`, {
      cause,
    });
  }
};

/** Complete or not there: the copy gets its name by a rename. */
const copyOnce = (from: string, to: string): string => {
  if (existsSync(to)) return to;
  if (!isReachableForAll(join(to, 'bin'))) {
    throw new EmbeddedPostgresError(`Other users can't reach ${dirname(to)}, where the database programs would be copied to.`);
  }
  mkdirSync(dirname(to), { recursive: true, mode: 0o755 });
  const draft = mkdtempSync(`${to}.`);
  try {
    // Static libraries are for compiling extensions only.
    cpSync(from, draft, { recursive: true, verbatimSymlinks: true, filter: (path) => !path.endsWith('.a') });
    openToAll(draft);
    renameSync(draft, to);
  } catch (cause) {
    if (!existsSync(to)) throw new EmbeddedPostgresError(`The database programs can't be copied to ${to}.`, { cause });
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
  return to;
};

const openToAll = (path: string): void => {
  const stats = lstatSync(path);
  if (stats.isSymbolicLink()) return;
  const isRunnable = stats.isDirectory() || (stats.mode & 0o100) !== 0;
  chmodSync(path, isRunnable ? 0o755 : 0o644);
  if (stats.isDirectory()) for (const name of readdirSync(path)) openToAll(join(path, name));
};
