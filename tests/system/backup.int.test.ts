import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { ExportResult } from '@otklik/contracts';
import { migrate } from '@otklik/db';
import { type PrivateRedis, REPO_ROOT, type TempDir, isDeepRun, makeTempDir, queryOn, startPrivateRedis, waitFor } from '@otklik/testing';
import { SPECIAL_WALLS } from '@otklik/vk-simulator';
import { findUnsettled, storedIds } from './testing/invariant.ts';
import { type PackagedPostgres, describeWithPgDump } from './testing/packaged-postgres.ts';
import { type ProductUnderTest, startProduct } from './testing/product-under-test.ts';

const run = promisify(execFile);
const { screenName, ownerId } = SPECIAL_WALLS.pages;
/** The long run tries the times of production. */
const pace = isDeepRun() ? 'production' : 'quick';

describeWithPgDump('backup and restore, as the operator guide says', (start) => {
  let postgres: PackagedPostgres;
  let redis: PrivateRedis;
  let folder: TempDir;
  const products: ProductUnderTest[] = [];
  beforeAll(async () => {
    [postgres, redis] = await Promise.all([start(), startPrivateRedis()]);
  });
  beforeEach(() => {
    folder = makeTempDir();
  });
  afterEach(async () => {
    for (const product of products.splice(0)) await product.stop();
    folder.remove();
  });
  afterAll(async () => {
    await Promise.all([postgres.stop(), redis.stop()]);
  });

  const script = (name: string, { database, exports }: { readonly database: string; readonly exports: string }) =>
    run(join(REPO_ROOT, 'deploy', name), [join(folder.path, 'backup')], { env: { ...postgres.env(database), EXPORT_DIR: exports } });

  const launch = async (database: string, exports: string, latencyMs = 0) => {
    const product = await startProduct({ databaseUrl: postgres.url(database), queueUrl: redis.url, pace, simulator: { latencyMs } });
    products.push(product);
    const api = await product.startApi({ EXPORT_DIR: exports });
    return { product, caller: await product.caller(api), startWorker: () => product.startWorker('w1', { EXPORT_DIR: exports }) };
  };

  test('when a backup is taken in the middle of the work, then what had ended is there, and what had not runs on in the restored installation', async () => {
    const exports = join(folder.path, 'exports');
    postgres.createDatabase('first');
    await migrate({ url: postgres.url('first') });
    const before = await launch('first', exports, 150);
    await before.startWorker();
    const done = await before.caller.submit('parse', { target: { wall: 'empty' }, then: [{ type: 'export', format: 'jsonl' }] });
    const exported = (await before.caller.pipelineEnd(done.id)).find(({ type }) => type === 'export');
    const crawl = await before.caller.submit('parse', { target: { wall: screenName } });
    const later = await before.caller.submit('parse', { target: { wall: 'empty' }, runAt: new Date(Date.now() + 3_000).toISOString() });
    await waitFor(async () => (await before.product.vk.log()).filter(({ method }) => method === 'wall.getComments').length >= 3, {
      what: 'a crawl in the middle',
    });
    await script('backup.sh', { database: 'first', exports });
    // What comes after the backup is lost with the machine.
    const lost = await before.caller.submit('parse', { target: { wall: 'empty' } });
    await products.pop()?.stop();

    postgres.createDatabase('second');
    await redis.flush();
    const restored = join(folder.path, 'restored');
    await script('restore.sh', { database: 'second', exports: restored });
    const after = await launch('second', restored);
    await after.startWorker();
    expect(await after.caller.end(crawl.id, 90_000)).toMatchObject({ state: 'succeeded', attempts: 0, result: { comments: 1_240 } });
    expect(await after.caller.end(later.id)).toMatchObject({ state: 'succeeded' });
    expect(await after.caller.call('GET', `/v1/jobs/${lost.id}`)).toMatchObject({ status: 404 });
    const file = await after.caller.call('GET', `/v1/jobs/${exported?.id}/result`);
    expect(createHash('sha256').update(String(file.body)).digest('hex')).toBe(ExportResult.parse(exported?.result).sha256);

    const database = { query: queryOn(postgres.url('second')) };
    const truth = (await after.product.vk.truth(ownerId)).comments.map(({ id }) => String(id));
    expect(await storedIds(database, 'test', ownerId)).toEqual(truth);
    expect(await findUnsettled(database)).toEqual([]);
  }, 120_000);

  test('when the backup was damaged, then nothing of it is restored', async () => {
    const exports = join(folder.path, 'exports');
    postgres.createDatabase('third');
    await run('mkdir', [exports]);
    await script('backup.sh', { database: 'third', exports });
    await run('truncate', ['--size=-1', join(folder.path, 'backup', 'exports.tar')]);
    const restored = join(folder.path, 'restored');
    postgres.createDatabase('fourth');
    await expect(script('restore.sh', { database: 'fourth', exports: restored })).rejects.toThrow('checksum did NOT match');
    await expect(run('ls', [restored])).rejects.toThrow('No such file');
  });
});
