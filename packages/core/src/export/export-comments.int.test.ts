import { createHash } from 'node:crypto';
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { type StartedJob, publicId } from '@otklik/contracts';
import { type FileStore, JobTimeout, createLocalFileStore, newId, noMetrics, silentLogger, systemClock } from '@otklik/shared';
import { type DataUnderTest, type TempDir, aComment, aStub, anAuthor, makeTempDir, openDataUnderTest, waitFor } from '@otklik/testing';
import { makeHoldToSignal } from '../jobs/abandoned-work.ts';
import type { JobContext } from '../jobs/job-context.ts';
import { contextOf, exportPayload } from '../testing/attempt-under-test.ts';
import { makeExportComments } from './export-comments.ts';
import { exportKeyOf } from './export-key.ts';
import { makeListExports, makeReadExport } from './read-exports.ts';

let data: DataUnderTest;
let dir: TempDir;
let workspaceId: string;
beforeAll(async () => {
  data = await openDataUnderTest();
  dir = makeTempDir();
});
afterAll(async () => {
  await data.close();
  dir.remove();
});
beforeEach(async () => {
  workspaceId = await data.workspace();
});

const files = () => createLocalFileStore({ dir: dir.path });
const run = (context: JobContext<'export'>) => makeExportComments({ ...data.db, files: files(), newId, logger: silentLogger })(context);
const start = (): Promise<StartedJob> => data.startJob(workspaceId, { type: 'export' });
const payload = (given: object = {}) => exportPayload({ scope: { walls: ['-1'] }, format: 'csv', ...given });
const storedFiles = (): Promise<string[]> => filesBelow(join(dir.path, workspaceId));
/** Each export that left something, if only an empty folder. */
const storedFolders = (): Promise<string[]> => readdir(join(dir.path, workspaceId)).catch(() => []);
const filesBelow = async (path: string): Promise<string[]> => {
  const entries = await readdir(path, { recursive: true, withFileTypes: true }).catch(() => []);
  return entries.flatMap((entry) => (entry.isFile() ? [entry.name] : []));
};
const contentOf = async (exportId: string): Promise<Buffer> =>
  readFile(files().locate((await makeReadExport({ exports: data.db.exports })(workspaceId, publicId('export').parse(exportId))).fileKey));

describe('an export whose disk takes nothing any more', () => {
  test('when its signal aborts, then the attempt ends without the disk, and its read of the database is over', async () => {
    await data.store(workspaceId, {
      comments: Array.from({ length: 2_000 }, (_, index) => aComment({ commentId: String(index + 1), text: 'слово '.repeat(50) })),
    });
    const asked = Promise.withResolvers<void>();
    const stuck: FileStore['write'] = async (_key, chunks) => {
      await chunks[Symbol.asyncIterator]().next();
      asked.resolve();
      return new Promise(() => undefined);
    };
    const attempt = new AbortController();
    const reason = new JobTimeout('too long');
    const timing = { abandonAfterMs: 20, comeBackMs: 20, maxAbandoned: 1 };
    const hold = makeHoldToSignal({ clock: systemClock, logger: silentLogger, metrics: noMetrics, giveUp: () => undefined, timing });
    const exporting = makeExportComments({ ...data.db, files: { ...files(), write: stuck }, newId, logger: silentLogger });
    const held = hold('export', exporting(contextOf(await start(), payload(), { signal: attempt.signal })), attempt.signal);
    await asked.promise;
    const reading = `SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND state = 'idle in transaction'`;
    await waitFor(async () => (await data.look(reading)).length === 1, { what: 'the read to stand still' });
    attempt.abort(reason);
    await expect(held).rejects.toBe(reason);
    await waitFor(async () => (await data.look(reading)).length === 0, { what: 'the read to be over' });
  });
});

describe('makeExportComments', () => {
  test('when comments are exported as CSV, then the file is what the result says and formulas are harmless', async () => {
    await data.store(workspaceId, {
      authors: [anAuthor({ name: '=cmd' })],
      comments: [
        aComment({
          text: '-1; "да",\nнет',
          attachments: [
            { type: 'photo', id: '1_2' },
            { type: 'sticker', id: null },
          ],
          likes: 3,
        }),
        aStub({ commentId: '2', parentId: '1', threadId: '1' }),
        aComment({ ownerId: '-2' }),
      ],
    });
    const { result, outcome } = await run(contextOf(await start(), payload()));
    const content = await contentOf(result.exportId);
    expect(content.toString()).toBe(
      '\ufeffowner_id,post_id,comment_id,parent_id,thread_id,reply_to_id,author_key,author_name,date,text,likes,attachments,deleted,language,keywords,url\r\n' +
        `-1,1,1,,1,,id1,'=cmd,2026-01-01T00:00:01.000Z,"'-1; ""да"",\nнет",3,photo:1_2; sticker,false,,,https://vk.com/wall-1_1?reply=1\r\n` +
        '-1,1,2,1,1,,,,2026-01-01T00:00:02.000Z,,0,,true,,,https://vk.com/wall-1_1?reply=2&thread=1\r\n',
    );
    expect({ outcome, ...result }).toEqual({
      outcome: 'complete',
      exportId: expect.any(String),
      format: 'csv',
      rows: 2,
      bytes: content.byteLength,
      sha256: createHash('sha256').update(content).digest('hex'),
      fileName: expect.stringMatching(/^comments-\d{4}-\d\d-\d\d-[0-9a-f]{8}\.csv$/),
    });
  });

  test('when columns are named and no guard is wanted, then the file has those, as the texts are', async () => {
    await data.store(workspaceId, { comments: [aComment({ text: '=1+1' })] });
    const { result } = await run(contextOf(await start(), payload({ columns: ['text', 'owner_id'], guardFormulas: false })));
    expect((await contentOf(result.exportId)).toString()).toBe('\ufefftext,owner_id\r\n=1+1,-1\r\n');
  });

  test('when comments are exported as JSON Lines, then each line is an object with ids as text', async () => {
    const commentId = '9223372036854775807';
    await data.store(workspaceId, {
      comments: [aComment({ commentId, text: 'строка\u2028=1', attachments: [{ type: 'photo', id: '1_2' }] })],
    });
    const columns = ['comment_id', 'text', 'attachments', 'keywords', 'deleted', 'parent_id'];
    const { result } = await run(contextOf(await start(), payload({ format: 'jsonl', columns })));
    const lines = (await contentOf(result.exportId)).toString().split('\n');
    expect(lines).toHaveLength(2);
    expect(JSON.parse(lines[0] ?? '')).toEqual({
      comment_id: commentId,
      text: 'строка\u2028=1',
      attachments: [{ type: 'photo', id: '1_2' }],
      keywords: [],
      deleted: false,
      parent_id: null,
    });
  });

  test('when the scope holds many comments, then every one is written once and progress reaches the end', async () => {
    const comments = Array.from({ length: 5_000 }, (_, index) =>
      aComment({ commentId: String(index + 1), text: 'длинный текст '.repeat(5) }),
    );
    await data.store(workspaceId, { comments });
    const seen: number[] = [];
    const { result } = await run(
      contextOf(await start(), payload({ columns: ['comment_id', 'text'] }), { progress: ({ done }) => seen.push(done) }),
    );
    const ids = (await contentOf(result.exportId))
      .toString()
      .trim()
      .split('\r\n')
      .slice(1)
      .map((line) => line.split(',')[0]);
    expect(ids).toEqual(comments.map(({ commentId }) => commentId));
    expect(seen.length).toBeGreaterThan(3);
    expect(seen.at(-1)).toBe(5_000);
  });

  test('when nothing is in the scope, then the file has a header and no rows', async () => {
    const { result } = await run(contextOf(await start(), payload({ columns: ['text'] })));
    expect(result.rows).toBe(0);
    expect((await contentOf(result.exportId)).toString()).toBe('\ufefftext\r\n');
  });

  test('when an attempt repeats the work, then its file replaces the one before', async () => {
    const job = await start();
    const first = await run(contextOf(job, payload()));
    const second = await run(contextOf(await data.takeOver(job), payload()));
    expect(await storedFiles()).toHaveLength(1);
    expect((await contentOf(second.result.exportId)).byteLength).toBe(second.result.bytes);
    await expect(contentOf(first.result.exportId)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  test('when an attempt was killed between file and record, then the next one leaves no file of it', async () => {
    const job = await start();
    await files().write(exportKeyOf(job, { lease: job.lease, format: 'csv' }), chunksOf('half'), new AbortController().signal);
    await run(contextOf(await data.takeOver(job), payload()));
    expect(await storedFiles()).toHaveLength(1);
  });

  test('when a newer attempt holds the job, then the old one leaves no file and no record', async () => {
    const old = await start();
    await data.takeOver(old);
    await expect(run(contextOf(old, payload()))).rejects.toMatchObject({ code: 'FENCED' });
    expect(await storedFolders()).toEqual([]);
    expect((await makeListExports({ exports: data.db.exports })({ workspaceId, after: null, limit: 5 })).items).toEqual([]);
  });

  test('when the signal aborts half-way, then its reason ends the attempt and nothing is left', async () => {
    await data.store(workspaceId, {
      comments: Array.from({ length: 3_000 }, (_, index) => aComment({ commentId: String(index + 1), text: 'текст '.repeat(20) })),
    });
    const controller = new AbortController();
    const reason = new JobTimeout('too long');
    const context = contextOf(await start(), payload(), {
      signal: controller.signal,
      progress: ({ done }) => done > 0 && controller.abort(reason),
    });
    await expect(run(context)).rejects.toBe(reason);
    expect(await storedFolders()).toEqual([]);
  });
});

describe('makeListExports', () => {
  test('when there are more than a page holds, then the next page goes on behind it', async () => {
    const made: string[] = [];
    for (let count = 0; count < 3; count += 1)
      made.push(publicId('export').parse((await run(contextOf(await start(), payload()))).result.exportId));
    const list = makeListExports({ exports: data.db.exports });
    const first = await list({ workspaceId, after: null, limit: 2 });
    const second = await list({ workspaceId, after: first.nextAfter, limit: 2 });
    expect([...first.items, ...second.items].map(({ id }) => id)).toEqual(made.toReversed());
    expect(second.nextAfter).toBeNull();
  });
});

const chunksOf = async function* (text: string): AsyncGenerator<string> {
  yield text;
};
