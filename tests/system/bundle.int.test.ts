import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { ExportResult } from '@otklik/contracts';
import { describeWithRedis, openSession, runProcess, waitFor } from '@otklik/testing';
import { DEMO_WALL, SPECIAL_WALLS } from '@otklik/vk-simulator';
import { type ApiCaller, createApiCaller } from './testing/api-caller.ts';
import { type BundleUnderTest, NOBODY, developersOnly, layBundle } from './testing/bundle-under-test.ts';
import { storedIds } from './testing/invariant.ts';
import { operationsOf, scrape } from './testing/operations.ts';
import { type ProductUnderTest, type RunningApi, startProduct } from './testing/product-under-test.ts';
import { type SecuredStores, openSecuredStores } from './testing/secured-stores.ts';

const GRACE_MS = 5_000;
/** Where a process of nobody could leave something. */
const OPEN_FOLDERS = ['/tmp', '/var/tmp', '/dev/shm', '/run'];

/** As docker-compose.yml runs it: from the bundle, unprivileged, with the roles and rights of its stores, told everything by its environment. */
describeWithRedis('the bundle, run by nobody in a folder that it can’t write to', () => {
  let bundle: BundleUnderTest;
  let stores: SecuredStores;
  let product: ProductUnderTest;
  let api: RunningApi;
  let caller: ApiCaller;
  let key: string;
  let before: string;

  const runOnce = async (module: string, args: readonly string[], databaseUrl: string): Promise<readonly string[]> => {
    const command = runProcess({ module, args, env: { DATABASE_URL: databaseUrl }, place: bundle.build.place });
    expect(await command.exited).toEqual({ code: 0, signal: null });
    return command.lines;
  };

  beforeAll(async () => {
    [bundle, stores] = await Promise.all([layBundle(), openSecuredStores()]);
    before = await bundle.state();
    await runOnce('packages/db/dist/main.js', [], stores.migratorUrl);
    product = await startProduct({ ...stores, build: bundle.build });
    api = await product.startApi({ CACHE_URL: stores.cacheUrl, OPERATIONS_PORT: '0' });
    [key = ''] = await runOnce('apps/api/dist/keys-main.js', ['create', '--scope', 'admin', '--workspace', 'test'], stores.databaseUrl);
    caller = createApiCaller({ url: api.url, key });
  }, 300_000);
  afterAll(async () => {
    await product.stop();
    await stores.close();
    bundle.remove();
  });

  const startWorker = (name: string) =>
    product.startWorker(name, {
      CACHE_URL: stores.cacheUrl,
      OPERATIONS_PORT: '0',
      SHUTDOWN_GRACE_MS: String(GRACE_MS),
      WORKER_CONCURRENCY: '4',
    });

  test('when it is laid, then it holds what a server runs, and no sources, tests, types or programs for developers', () => {
    const paths = bundle.paths();
    expect(paths.filter((path) => /\.(map|tsx?|[cm]ts|tsbuildinfo)$|\.test\./.test(path))).toEqual([]);
    expect(paths.filter((path) => /(^|\/)(src|testing)(\/|$)/.test(path) && !path.includes('node_modules/'))).toEqual([]);
    const own = paths.filter((path) => /^(apps|packages)\/[^/]+$/.test(path)).toSorted();
    expect(own).toEqual([
      'apps/api',
      'apps/worker',
      ...['contracts', 'core', 'db', 'queue', 'shared', 'vk'].map((name) => `packages/${name}`),
    ]);
    const libraries = new Set(paths.flatMap((path) => /^node_modules\/\.pnpm\/(@?[^@/]+)@/.exec(path)?.[1]?.replace('+', '/') ?? []));
    expect(libraries.size).toBeGreaterThan(50);
    expect(developersOnly().filter((name) => libraries.has(name))).toEqual([]);
  });

  test.each(['/docs', '/admin/queues'])('when somebody opens %s, then the page comes with all that it loads', async (path) => {
    const headers = { authorization: `Basic ${Buffer.from(`admin:${key}`).toString('base64')}` };
    const page = await fetch(`${api.url}${path}`, { headers });
    const html = await page.text();
    const loaded = [...html.matchAll(/<(?:link|script)[^>]+(?:href|src)="([^"]+)"/g)].map(([, found = '']) => found);
    expect([page.status, loaded.length > 0]).toEqual([200, true]);
    const base = new URL(/<base href="([^"]+)"/.exec(html)?.[1] ?? '', page.url);
    for (const found of loaded) {
      const answer = await fetch(new URL(found, base), { headers });
      await answer.arrayBuffer();
      expect([found, answer.status]).toEqual([found, 200]);
    }
  });

  test('when a wall is collected, analyzed and exported, then the file holds every comment once', async () => {
    const worker = await startWorker('w1');
    const order = { target: { wall: DEMO_WALL.screenName }, then: [{ type: 'analyze', then: [{ type: 'export', format: 'jsonl' }] }] };
    const root = await caller.submit('parse', order);
    const jobs = await caller.pipelineEnd(root.id, 120_000);
    expect(jobs.map(({ state }) => state)).toEqual(['succeeded', 'succeeded', 'succeeded']);
    const ids = (await product.vk.truth(DEMO_WALL.ownerId)).comments.map(({ id }) => String(id));
    const stored = await storedIds(stores.database, 'test', DEMO_WALL.ownerId);
    expect(stored).toEqual(ids.toSorted((a, b) => Number(a) - Number(b)));
    const exported = jobs.find(({ type }) => type === 'export');
    const file = await caller.call('GET', `/v1/jobs/${exported?.id}/result`);
    expect(createHash('sha256').update(String(file.body)).digest('hex')).toBe(ExportResult.parse(exported?.result).sha256);
    expect(String(file.body).trimEnd().split('\n').length).toBe(ids.length);
    const seen = await scrape(operationsOf(worker));
    expect(seen.value('otklik_worker_thread_task_duration_seconds_count')).toBeGreaterThan(0);
    expect(seen.value('otklik_worker_threads_terminated_total')).toBe(0);
    expect(await worker.kill('SIGTERM')).toEqual({ code: 0, signal: null });
    // Nothing that it needs was refused it: by a role, by a Redis, by the file system.
    expect([...worker.lines, ...api.process.lines].filter((line) => /NOPERM|NOAUTH|42501|EACCES|EROFS/.test(line))).toEqual([]);
  });

  test('when a worker is told to stop in the middle of a crawl, then it is gone within its limit with code 0, and another ends the job', async () => {
    // Slow enough that the signal comes in the middle.
    await product.vk.control({ do: 'latency', ms: 100 });
    const first = await startWorker('w1');
    const job = await caller.submit('parse', { target: { wall: SPECIAL_WALLS.pages.screenName } });
    const pages = async (): Promise<number> =>
      (await product.vk.log()).filter(({ params }) => params['owner_id'] === String(SPECIAL_WALLS.pages.ownerId)).length;
    await waitFor(async () => (await pages()) >= 3, { timeoutMs: 30_000, what: 'three pages' });
    const askedAt = performance.now();
    expect(await first.kill('SIGTERM')).toEqual({ code: 0, signal: null });
    expect(performance.now() - askedAt).toBeLessThan(GRACE_MS + 5_000);
    await product.vk.control({ do: 'resetRules' });
    const second = await startWorker('w2');
    expect(await caller.end(job.id)).toMatchObject({ state: 'succeeded', attempts: 0, result: { comments: 1_240, missing: 0 } });
    expect((await caller.attempts(job.id)).map(({ worker, end }) => [worker, end])).toEqual([
      ['w1', 'yielded'],
      ['w2', 'succeeded'],
    ]);
    expect(await second.kill('SIGTERM')).toEqual({ code: 0, signal: null });
  });

  test('when a process of ours were somebody’s tool, then neither tables nor queues could be taken away with what it knows', async () => {
    const session = await openSession(stores.databaseUrl);
    await expect(session.run('CREATE TABLE loot ()')).rejects.toMatchObject({ code: '42501' });
    await expect(session.run('DROP TABLE job')).rejects.toMatchObject({ code: '42501' });
    await session.end();
    expect(await stores.askQueue(['FLUSHALL'])).toMatch(/^NOPERM/);
  });

  test('when the API is told to stop, then it ends with code 0, and neither it nor any worker has written anything but exports', async () => {
    expect(await api.process.kill('SIGTERM')).toEqual({ code: 0, signal: null });
    expect(await bundle.state()).toBe(before);
    // Not as root everything here is ours, and can't be told apart.
    if (bundle.build.place.user === undefined) return;
    const args = [...OPEN_FOLDERS, '-xdev', '-gid', String(NOBODY.gid), '-not', '-path', `${product.exportDir}*`];
    const { stdout, stderr } = spawnSync('find', args, { encoding: 'utf8', env: { ...process.env, LC_ALL: 'C' } });
    // Others remove their folders meanwhile.
    const troubles = stderr.split('\n').filter((line) => line !== '' && !line.endsWith('No such file or directory'));
    expect([stdout, troubles]).toEqual(['', []]);
  });
});
