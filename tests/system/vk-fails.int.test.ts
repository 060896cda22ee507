import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { type RunningProcess, describeWithRedis, isDeepRun, waitFor } from '@otklik/testing';
import { SPECIAL_WALLS, TRAP_POSTS, tailWall } from '@otklik/vk-simulator';
import type { ApiCaller, Job } from './testing/api-caller.ts';
import { findUnsettled, storedIds } from './testing/invariant.ts';
import { operationsOf, scrape } from './testing/operations.ts';
import { type ProductUnderTest, startProduct } from './testing/product-under-test.ts';
import { type QueueStores, openStores } from './testing/queue-stores.ts';

const WALL = tailWall({ screenName: 'tail', ownerId: -7_000_002, posts: 450 });
/** Requests that a collector has on its way at once: so many find out before the circuit holds the next one back. */
const ON_THEIR_WAY = 8;

/** The deep run waits the true minute, with the times of production. */
const OUTAGE_MS = isDeepRun() ? 60_000 : 2_500;
const TIMES: Readonly<Record<string, string>> = isDeepRun() ? {} : { VK_BREAKER_OPEN_MS: '400', VK_BREAKER_MAX_OPEN_MS: '800' };
const pace = isDeepRun() ? 'production' : 'quick';
const LIMITS = { timeoutMs: OUTAGE_MS + 90_000 };

describeWithRedis('when VK is not there, then jobs wait without losing their attempts and go on by themselves', () => {
  let stores: QueueStores;
  let product: ProductUnderTest;
  let caller: ApiCaller;
  let worker: RunningProcess;
  beforeAll(async () => {
    stores = await openStores('redis');
    product = await startProduct({ ...stores, pace, simulator: { latencyMs: 50, walls: [WALL] } });
    caller = await product.caller(await product.startApi());
  });
  afterEach(async () => {
    await worker.kill('SIGTERM');
    await product.vk.control({ do: 'resetRules' });
  });
  afterAll(async () => {
    await product.stop();
    await stores.close();
  });

  const startWorker = async (name: string, env: Readonly<Record<string, string>> = {}): Promise<void> => {
    worker = await product.startWorker(name, { OPERATIONS_PORT: '0', ...TIMES, ...env });
  };
  const parse = (wall: string): Promise<Job> => caller.submit('parse', { target: { wall } });
  const untilWaiting = ({ id }: Job, detail: RegExp): Promise<unknown> => {
    const waits = { state: 'queued', waitingFor: { kind: 'capacity', until: expect.any(String), detail: expect.stringMatching(detail) } };
    return waitFor(async () => expect(await caller.job(id)).toMatchObject(waits) ?? true, {
      timeoutMs: 30_000,
      what: `${id} to wait for VK`,
    });
  };
  /** Which states the circuit of a method went to, by the log. */
  const told = (method: string): readonly string[] => {
    const lines = worker.logs().filter((line) => line['method'] === method);
    return lines.map(({ message }) => String(message)).filter((message) => message.startsWith('VK circuit '));
  };
  const expectUnharmed = async (job: Job): Promise<void> => {
    expect(await caller.end(job.id, LIMITS.timeoutMs)).toMatchObject({ state: 'succeeded' });
    expect((await caller.job(job.id)).attempts).toBe(0);
    const ends = (await caller.attempts(job.id)).map(({ end }) => end);
    expect(ends).toContain('waited');
    expect(ends).not.toContain('failed');
  };

  test(
    'HTTP 502 for a minute',
    async () => {
      await startWorker('w1');
      await product.vk.control({ do: 'latency', ms: 300 });
      const crawl = await parse(WALL.screenName);
      await waitFor(async () => (await product.vk.log()).filter(({ method }) => method === 'execute').length >= 3);
      await product.vk.control({ do: 'fail', with: { kind: 'html', status: 502 }, times: 1_000_000 });
      const failsSince = performance.now();
      const others = await Promise.all(['empty', 'traps', 'user_wall'].map(parse));
      const jobs = [crawl, ...others];

      await untilWaiting(crawl, /^VK does not serve execute just now\. .*HTTP 502.* goes on\.$/);
      await Promise.all(others.map((job) => untilWaiting(job, /^VK does not serve utils\.resolveScreenName just now\./)));
      await waitFor(() => performance.now() - failsSince > OUTAGE_MS, LIMITS);
      expect((await Promise.all(jobs.map(({ id }) => caller.job(id)))).map(({ state }) => state)).not.toContain('failed');
      const during = await scrape(operationsOf(worker));
      const failed = during.value('otklik_vk_requests_total', ['method="execute"', 'outcome="bad_answer"']);
      expect(failed).toBeGreaterThanOrEqual(3);
      // Those that found out, then one from time to time: not one for each turn of the job.
      expect(failed).toBeLessThan(ON_THEIR_WAY + during.value('otklik_vk_breaker_transitions_total', ['method="execute"']));
      expect(during.value('otklik_vk_breaker_state', ['method="execute"', 'token_kind="service"', 'state="closed"'])).toBe(0);
      expect(during.value('otklik_vk_breaker_state', ['method="users.get"', 'state="closed"'])).toBe(1);
      expect(during.value('otklik_job_waits_total', ['type="parse"', 'kind="capacity"'])).toBeGreaterThanOrEqual(4);

      await product.vk.control({ do: 'resetRules' });
      for (const job of jobs) await expectUnharmed(job);
      const { comments } = await product.vk.counts(WALL.ownerId);
      expect(await storedIds(stores.database, 'test', WALL.ownerId)).toHaveLength(comments);
      expect(await findUnsettled(stores.database)).toEqual([]);
      const after = await scrape(operationsOf(worker));
      for (const method of ['execute', 'utils.resolveScreenName']) {
        const lines = told(method);
        expect([method, lines[0], lines.at(-1)]).toEqual([method, 'VK circuit open', 'VK circuit closed']);
        expect(lines.filter((line) => line === 'VK circuit closed')).toHaveLength(1);
        expect(lines).toHaveLength(after.value('otklik_vk_breaker_transitions_total', [`method="${method}"`]));
        expect(after.value('otklik_vk_breaker_state', [`method="${method}"`, 'state="closed"'])).toBe(1);
      }
      expect(after.value('otklik_comments_stored_total', ['change="new"'])).toBeGreaterThanOrEqual(comments);
    },
    LIMITS.timeoutMs * 2,
  );

  test('for one page that is too heavy for its gateway, and nobody else asks', async () => {
    await startWorker('w1');
    const askedBefore = (await product.vk.log()).length;
    const heavy = { method: 'wall.getComments', params: { count: '100' } };
    await product.vk.control({ do: 'fail', ...heavy, with: { kind: 'html', status: 502 }, times: 1_000_000 });
    const post = `${SPECIAL_WALLS.traps.ownerId}_${TRAP_POSTS.mentions}`;
    await expectUnharmed(await caller.submit('parse', { target: { post }, options: { full: true } }));
    const asked = (await product.vk.log()).slice(askedBefore).filter(({ method }) => method === heavy.method);
    expect(asked.map(({ params }) => params['count'])).toEqual(['100', '100', '100', '50']);
  }, 60_000);

  test('its name does not resolve', async () => {
    await startWorker('lost', { VK_API_URL: 'http://name.invalid' });
    const job = await parse('empty');
    await untilWaiting(job, /The name of VK's server can not be resolved \((ENOTFOUND|EAI_AGAIN)\)/);
    const seen = await scrape(operationsOf(worker));
    expect(seen.value('otklik_vk_requests_total', ['method="utils.resolveScreenName"', 'outcome="unreachable"'])).toBeGreaterThanOrEqual(3);
    expect(seen.value('otklik_vk_requests_total', ['outcome="ok"'])).toBe(0);
    expect(worker.logs().find(({ message }) => message === 'VK circuit open')).toMatchObject({
      level: 'warn',
      method: 'utils.resolveScreenName',
      tokenKind: 'service',
      faults: { unreachable: 3 },
    });
    await worker.kill('SIGTERM');
    await startWorker('found');
    await expectUnharmed(job);
    expect(await findUnsettled(stores.database)).toEqual([]);
  }, 60_000);
});
