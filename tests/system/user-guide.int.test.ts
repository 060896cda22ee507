import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { makeCreateKey } from '@otklik/core';
import { newId } from '@otklik/shared';
import { type TempDir, makeTempDir } from '@otklik/testing';
import { DEMO_WALL } from '@otklik/vk-simulator';
import { type ProductUnderTest, type RunningApi, startProduct } from './testing/product-under-test.ts';
import { type QueueStores, openStores } from './testing/queue-stores.ts';
import { commandsOf } from './testing/guide-commands.ts';

describe('the user guide', () => {
  let stores: QueueStores;
  let product: ProductUnderTest;
  let api: RunningApi;
  let folder: TempDir;
  beforeAll(async () => {
    stores = await openStores('postgres');
    product = await startProduct(stores);
    [api] = await Promise.all([product.startApi(), product.startWorker('w1')]);
    folder = makeTempDir();
  });
  afterAll(async () => {
    await product.stop();
    await stores.close();
    folder.remove();
  });

  test('when somebody runs its commands word by word, then a file with all comments lies there', async () => {
    const createKey = makeCreateKey({ keys: product.db.keys, workspaces: product.db.workspaces, newId });
    const { text } = await createKey({ workspace: 'guide', name: 'guide', scopes: ['admin'] });
    const env = { PATH: process.env['PATH'], OTKLIK_URL: api.url, OTKLIK_KEY: text };
    const { stdout } = await promisify(execFile)('bash', ['-c', commandsOf('docs/user-guide.md')], { cwd: folder.path, env });

    const file = readFileSync(join(folder.path, 'comments.csv'));
    const truth = (await product.vk.truth(DEMO_WALL.ownerId)).comments.length;
    expect(file.toString('utf8').match(/^\uFEFF?-?\d+,\d+,\d+,/gm)).toHaveLength(truth);
    const lines = stdout.split('\n');
    expect(lines).toContain(createHash('sha256').update(file).digest('hex'));
    expect(lines.filter((line) => line === 'succeeded')).toHaveLength(3);
    expect(lines).toEqual(expect.arrayContaining(['parse: succeeded', 'analyze: succeeded', 'export: succeeded', 'cancelled']));
    expect(stdout).toMatch(/^\S+Z started\n\S+Z succeeded$/m);
    expect(stdout).toMatch(/^info: the collection is complete \{.*"comments":[1-9]/m);
    expect(stdout).toMatch(/keyword: 'дорога', comments: [1-9]/);
    expect(lines.at(-2)).toMatch(/^job_[0-9a-f]{32}$/);
  });
});
