import { createHash, randomUUID } from 'node:crypto';
import { constants, type Dirent } from 'node:fs';
import { type FileHandle, mkdir, open, readdir, rename, rm, rmdir, stat } from 'node:fs/promises';
import { dirname, join, resolve, sep } from 'node:path';
import { AppError } from '../errors/app-error.ts';
import { StorageError } from '../errors/infrastructure-errors.ts';
import { NotFoundError, ValidationError } from '../errors/input-errors.ts';
import type { FileStore, StoredFile } from './file-store.ts';

const TEMP_DIR = '.tmp';
const STALE_TEMP_MS = 24 * 3_600_000;
const FULL = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);
/** The last one: a link stands there. */
const ABSENT = new Set(['ENOENT', 'ENOTDIR', 'ELOOP']);
const IN_USE_OR_GONE = new Set(['ENOTEMPTY', 'EEXIST', 'ENOENT']);

/** Files below one directory of this machine. */
export const createLocalFileStore = ({ dir }: { readonly dir: string }): FileStore => {
  const root = resolve(dir);
  const locate = (key: string): string => pathOf(root, key);

  return {
    locate,
    write: async (key, chunks, signal) => {
      const target = locate(key);
      const temp = join(root, TEMP_DIR, randomUUID());
      try {
        await mkdir(dirname(temp), { recursive: true });
        const stored = await writeDurably(temp, chunks, signal);
        await moveDurably({ root, temp, target });
        return stored;
      } catch (thrown) {
        await rm(temp, { force: true }).catch(() => undefined);
        throw toStorageError(thrown, 'The file could not be written.');
      }
    },
    open: async (key, range) => {
      const { file, bytes } = await openExisting(locate(key));
      return { bytes, stream: file.createReadStream(range ?? {}) };
    },
    list: async (folder) => {
      try {
        const entries = await readdir(locate(folder), { withFileTypes: true });
        return entries.flatMap((entry) => (entry.isFile() ? [`${folder}/${entry.name}`] : []));
      } catch (thrown) {
        if (ABSENT.has(codeOf(thrown) ?? '')) return [];
        throw toStorageError(thrown, 'The folder could not be read.');
      }
    },
    remove: async (key) => {
      const path = locate(key);
      try {
        await rm(path, { force: true });
        if (dirname(path) !== root) await removeIfEmpty(dirname(path));
      } catch (thrown) {
        throw toStorageError(thrown, 'The file could not be removed.');
      }
    },
  };
};

/** Removes what a crash left half-written more than a day ago. Returns how many. */
export const sweepTempFiles = async ({ dir, now = Date.now() }: { readonly dir: string; readonly now?: number }): Promise<number> => {
  const temp = join(resolve(dir), TEMP_DIR);
  const entries: Dirent[] = await readdir(temp, { withFileTypes: true }).catch(() => []);
  const removed = await Promise.all(
    entries.map(async ({ name }) => {
      const path = join(temp, name);
      const age =
        now -
        (await stat(path)
          .then(({ mtimeMs }) => mtimeMs)
          .catch(() => now));
      if (age < STALE_TEMP_MS) return 0;
      await rm(path, { force: true });
      return 1;
    }),
  );
  return removed.reduce<number>((sum, one) => sum + one, 0);
};

const pathOf = (root: string, key: string): string => {
  const path = resolve(root, key);
  const isSafe = /^[\w][\w.-]*(\/[\w][\w.-]*)*$/.test(key) && path.startsWith(root + sep);
  if (!isSafe) throw new ValidationError('Not a key of a file.', []);
  return path;
};

const writeDurably = async (path: string, chunks: AsyncIterable<string | Uint8Array>, signal: AbortSignal): Promise<StoredFile> => {
  const hash = createHash('sha256');
  let bytes = 0;
  const file = await open(path, 'wx', 0o640);
  try {
    for await (const chunk of chunks) {
      signal.throwIfAborted();
      const data = typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
      hash.update(data);
      bytes += data.byteLength;
      await file.writeFile(data);
    }
    signal.throwIfAborted();
    await file.sync();
  } finally {
    await file.close();
  }
  return { bytes, sha256: hash.digest('hex') };
};

type Move = { readonly root: string; readonly temp: string; readonly target: string };

/**
 * The folder is made no sooner than the file is there, or one that comes to nothing would leave it behind. Whoever removes the
 * last file of it at this moment takes it away between the two steps: then once more.
 */
const moveDurably = async ({ root, temp, target }: Move): Promise<void> => {
  const move = async (): Promise<void> => {
    await mkdir(dirname(target), { recursive: true });
    await rename(temp, target);
  };
  await move().catch((thrown: unknown) => {
    if (codeOf(thrown) !== 'ENOENT') throw thrown;
    return move();
  });
  // Up to the root, also what was there before: another one may have made it just now, and not be through with syncing it.
  let folder = dirname(target);
  for (; folder !== root; folder = dirname(folder)) await syncDirectory(folder);
  await syncDirectory(root);
};

const removeIfEmpty = async (folder: string): Promise<void> => {
  try {
    await rmdir(folder);
  } catch (thrown) {
    if (!IN_USE_OR_GONE.has(codeOf(thrown) ?? '')) throw thrown;
  }
};

/** Without this the rename itself, or the making of a folder in it, may be forgotten by a power cut. */
const syncDirectory = async (path: string): Promise<void> => {
  const directory = await open(path, constants.O_RDONLY);
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
};

const openExisting = async (path: string): Promise<{ readonly file: FileHandle; readonly bytes: number }> => {
  let file: FileHandle | undefined;
  try {
    // A link planted in the directory must not lead out of it.
    file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW);
    const stats = await file.stat();
    if (!stats.isFile()) throw new NotFoundError('There is no such file.');
    return { file, bytes: stats.size };
  } catch (thrown) {
    await file?.close();
    throw ABSENT.has(codeOf(thrown) ?? '')
      ? new NotFoundError('The file is not there any more.', { cause: thrown })
      : toStorageError(thrown, 'The file could not be read.');
  }
};

/** Faults of the system as StorageError; whatever else was thrown stays what it is. */
const toStorageError = (thrown: unknown, message: string): unknown => {
  const code = codeOf(thrown);
  if (thrown instanceof AppError || code === undefined) return thrown;
  return FULL.has(code)
    ? new StorageError('STORAGE_FULL', 'There is no room for the file.', { cause: thrown })
    : new StorageError('STORAGE', message, { cause: thrown });
};

/** `ENOENT` and the like; undefined for what no call of the system threw. */
const codeOf = (thrown: unknown): string | undefined => {
  if (typeof thrown !== 'object' || thrown === null || !('syscall' in thrown) || !('code' in thrown)) return undefined;
  return typeof thrown.code === 'string' ? thrown.code : undefined;
};
