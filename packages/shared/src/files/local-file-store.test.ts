import { afterAll, beforeEach, describe, expect, test } from '@jest/globals';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, readdir, rm, rmdir, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { StorageError } from '../errors/infrastructure-errors.ts';
import { NotFoundError, ValidationError } from '../errors/input-errors.ts';
import type { FileStore } from './file-store.ts';
import { createLocalFileStore, sweepTempFiles } from './local-file-store.ts';

const made: string[] = [];
let dir: string;
let files: FileStore;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'otklik-files-'));
  made.push(dir);
  files = createLocalFileStore({ dir });
});
afterAll(() => Promise.all(made.map((path) => rm(path, { recursive: true, force: true }))));

const KEY = 'exports/2026/comments.csv';
const never = new AbortController().signal;
const temps = (): Promise<string[]> => readdir(join(dir, '.tmp'));
const isDone = (deed: Promise<unknown>): Promise<boolean> =>
  deed.then(
    () => true,
    () => false,
  );
const exists = (path: string): Promise<boolean> => isDone(stat(path));
async function* chunksOf(...chunks: (string | Uint8Array)[]): AsyncGenerator<string | Uint8Array> {
  yield* chunks;
}
const readAll = async (key: string, range?: { start: number; end: number }): Promise<string> =>
  (await buffer((await files.open(key, range)).stream)).toString();

describe('writing a file', () => {
  test('when it is written, then size and SHA-256 are those of the bytes on the disk', async () => {
    const stored = await files.write(KEY, chunksOf('имя;', Buffer.from([0, 255, 10]), '', 'end'), never);
    const bytes = await readFile(files.locate(KEY));
    expect(bytes).toEqual(Buffer.concat([Buffer.from('имя;'), Buffer.from([0, 255, 10]), Buffer.from('end')]));
    expect(stored).toEqual({ bytes: bytes.byteLength, sha256: createHash('sha256').update(bytes).digest('hex') });
    expect(await temps()).toEqual([]);
  });

  test('when there is nothing to write, then the file is there and empty', async () => {
    expect(await files.write(KEY, chunksOf(), never)).toMatchObject({ bytes: 0 });
    expect(await readAll(KEY)).toBe('');
  });

  test('while chunks come, then nobody sees it; when it is done, then it is whole', async () => {
    const seen: boolean[] = [];
    async function* watched(): AsyncGenerator<string> {
      yield 'one';
      seen.push(await exists(files.locate(KEY)));
      yield 'two';
      seen.push(await exists(files.locate(KEY)));
    }
    await files.write(KEY, watched(), never);
    expect(seen).toEqual([false, false]);
    expect(await readAll(KEY)).toBe('onetwo');
  });

  test('when it replaces another, then readers have the old one until the new one is whole', async () => {
    await files.write(KEY, chunksOf('old'), never);
    let between = '';
    async function* watched(): AsyncGenerator<string> {
      yield 'n';
      between = await readAll(KEY);
      yield 'ew';
    }
    await files.write(KEY, watched(), never);
    expect([between, await readAll(KEY)]).toEqual(['old', 'new']);
  });

  test('when the producer fails, then its own error comes and nothing is left', async () => {
    const error = new Error('rows are gone');
    async function* broken(): AsyncGenerator<string> {
      yield 'half';
      throw error;
    }
    await expect(files.write(KEY, broken(), never)).rejects.toBe(error);
    expect(await readdir(dir)).toEqual(['.tmp']);
    expect(await temps()).toEqual([]);
  });

  test.each(['between chunks', 'after the last one'])(
    'when the signal aborts %s, then its reason comes and nothing is left',
    async (when) => {
      const stop = new AbortController();
      const reason = new Error('cancelled');
      async function* aborted(): AsyncGenerator<string> {
        yield 'one';
        stop.abort(reason);
        if (when === 'between chunks') yield 'two';
      }
      await expect(files.write(KEY, aborted(), stop.signal)).rejects.toBe(reason);
      expect(await readdir(dir)).toEqual(['.tmp']);
      expect(await temps()).toEqual([]);
    },
  );

  test('when its folder is taken away before the file comes into it, then that is made once more', async () => {
    // About every second time it goes between the two steps.
    for (let round = 0; round < 20; round += 1) {
      const key = `folder-${round}/comments.csv`;
      let isWritten = false;
      const writing = files.write(key, chunksOf('whole'), never).finally(() => (isWritten = true));
      let isTaken = false;
      while (!isTaken && !isWritten) isTaken = await isDone(rmdir(join(dir, `folder-${round}`)));
      await writing;
      expect(await readAll(key)).toBe('whole');
    }
  });

  test('when the place can not be written to, then StorageError is thrown', async () => {
    await writeFile(join(dir, 'exports'), 'in the way');
    const outcome = files.write(KEY, chunksOf('x'), never);
    await expect(outcome).rejects.toThrow(StorageError);
    await expect(outcome).rejects.toMatchObject({ code: 'STORAGE' });
  });
});

describe('opening and removing a file', () => {
  test('when a range is asked for, then both ends belong to it, and the size is that of the whole', async () => {
    await files.write(KEY, chunksOf('0123456789'), never);
    expect(await readAll(KEY, { start: 2, end: 4 })).toBe('234');
    const { bytes, stream } = await files.open(KEY, { start: 0, end: 0 });
    stream.destroy();
    expect(bytes).toBe(10);
  });

  test('when it is not there, or a directory, then NotFoundError is thrown', async () => {
    await mkdir(join(dir, 'exports'));
    for (const key of ['none.csv', 'exports', 'none/none.csv']) await expect(files.open(key)).rejects.toThrow(NotFoundError);
  });

  test('when the path leads through a file, then that is not found either', async () => {
    await writeFile(join(dir, 'exports'), '');
    await expect(files.open(KEY)).rejects.toThrow(NotFoundError);
  });

  test('when a link stands in its place, then it is refused', async () => {
    await writeFile(join(dir, 'real.csv'), 'secret');
    await symlink(join(dir, 'real.csv'), join(dir, 'link.csv'));
    await expect(files.open('link.csv')).rejects.toThrow(NotFoundError);
  });

  test('when it can not be read for another reason, then that is not called absent', async () => {
    const name = 'x'.repeat(300);
    await expect(files.open(name)).rejects.toThrow(StorageError);
  });

  test('when it is removed, then it is gone, and removing it again is fine', async () => {
    await files.write(KEY, chunksOf('x'), never);
    await files.remove(KEY);
    await files.remove(KEY);
    expect(await exists(files.locate(KEY))).toBe(false);
  });

  test('when it was the last one in its folder, then that goes along, and never sooner; the root stays', async () => {
    for (const key of ['a/b/one.csv', 'a/b/two.csv', 'three.csv']) await files.write(key, chunksOf('x'), never);
    await files.remove('a/b/one.csv');
    expect(await files.list('a/b')).toEqual(['a/b/two.csv']);
    await files.remove('a/b/two.csv');
    expect(await readdir(join(dir, 'a'))).toEqual([]);
    for (const rest of ['a', '.tmp']) await rm(join(dir, rest), { recursive: true });
    await files.remove('three.csv');
    expect(await readdir(dir)).toEqual([]);
  });

  test('when it can not be removed, then StorageError is thrown', async () => {
    await mkdir(join(dir, 'exports'));
    await expect(files.remove('exports')).rejects.toThrow(StorageError);
  });
});

describe('listing a folder', () => {
  test('when it has files and folders, then the keys of its own files come, and nothing of a half-written one', async () => {
    for (const key of ['a/one.csv', 'a/two.csv', 'a/deep/three.csv', 'b/four.csv']) await files.write(key, chunksOf('x'), never);
    let between: readonly string[] = [];
    async function* watched(): AsyncGenerator<string> {
      yield 'x';
      between = await files.list('a');
    }
    await files.write('a/late.csv', watched(), never);
    expect(between.toSorted()).toEqual(['a/one.csv', 'a/two.csv']);
    expect((await files.list('a')).toSorted()).toEqual(['a/late.csv', 'a/one.csv', 'a/two.csv']);
  });

  test('when it is not there, then nothing comes; when it can not be read, then StorageError is thrown', async () => {
    expect(await files.list('none')).toEqual([]);
    await expect(files.list('x'.repeat(300))).rejects.toThrow(StorageError);
  });
});

describe('the key of a file', () => {
  test.each(['../x', 'a/../../x', '/etc/passwd', 'a//b', '', '.', '..', '.tmp/x', 'a/.hidden', 'a\\b', 'a\0b', 'a/', 'имя', 'a b', 'a\n'])(
    'when it is %j, then it is refused by every method',
    async (key) => {
      expect(() => files.locate(key)).toThrow(ValidationError);
      await expect(files.open(key)).rejects.toThrow(ValidationError);
      await expect(files.remove(key)).rejects.toThrow(ValidationError);
      await expect(files.list(key)).rejects.toThrow(ValidationError);
      await expect(files.write(key, chunksOf('x'), never)).rejects.toThrow(ValidationError);
    },
  );
});

describe('sweeping', () => {
  test('when halves of a crash are older than a day, then they go, and younger ones stay', async () => {
    await mkdir(join(dir, '.tmp'));
    const now = Date.now();
    for (const [name, hours] of [
      ['old', 25],
      ['young', 23],
    ] as const) {
      await writeFile(join(dir, '.tmp', name), 'half');
      await utimes(join(dir, '.tmp', name), now / 1_000, (now - hours * 3_600_000) / 1_000);
    }
    expect(await sweepTempFiles({ dir, now })).toBe(1);
    expect(await temps()).toEqual(['young']);
  });

  test('when nothing was ever written, then there is nothing to sweep', async () => {
    expect(await sweepTempFiles({ dir: join(dir, 'none') })).toBe(0);
  });
});
