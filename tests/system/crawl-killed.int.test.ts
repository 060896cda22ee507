import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type RunningProcess, deep, describeWithRedis, isDeepRun, waitFor } from '@otklik/testing';
import { tailWall } from '@otklik/vk-simulator';
import type { ApiCaller } from './testing/api-caller.ts';
import { findUnsettled } from './testing/invariant.ts';
import { type ProductUnderTest, type RunningApi, startProduct } from './testing/product-under-test.ts';
import { type QueueStores, openStores } from './testing/queue-stores.ts';
import { repeatedRequests } from './testing/repeated-requests.ts';

const WALL = tailWall({ screenName: 'tail', ownerId: -7_000_000, posts: 450 });
const ORDER = { target: { wall: WALL.screenName } };
const KILLS = deep(2, 20);
/** Requests that a collector has on its way at once: what a kill may cost. */
const ONE_BATCH = 8;
/** A kill comes so long after a request at most. */
const WITHIN_MS = 60;

/** Everything that a crawl stores but times and numbers of jobs, as one hash. */
const STORED = `
SELECT count(*)::int AS rows, md5(string_agg(line, '|' ORDER BY line)) AS hash FROM (
  SELECT concat_ws(',', 'c', object_id, comment_id, parent_id, thread_id, reply_to_id, author_key, date, likes, text, attachments, deleted_at IS NULL) AS line
  FROM comment c JOIN workspace w ON w.id = c.workspace_id WHERE w.name = $1
  UNION ALL SELECT concat_ws(',', 'p', p.post_id, p.author_key, p.date, text, comments_claimed, read_state, read_claimed, read_collected)
  FROM post p JOIN workspace w ON w.id = p.workspace_id WHERE w.name = $1
  UNION ALL SELECT concat_ws(',', 'a', a.author_key, a.name, a.screen_name) FROM author a JOIN workspace w ON w.id = a.workspace_id WHERE w.name = $1
  UNION ALL SELECT concat_ws(',', 'r', r.comment_id, r.kind) FROM comment_revision r JOIN workspace w ON w.id = r.workspace_id WHERE w.name = $1
) AS lines`;

describeWithRedis('a crawl whose worker is killed at a random moment', () => {
  let stores: QueueStores;
  let product: ProductUnderTest;
  let api: RunningApi;
  const workers = new Map<string, RunningProcess>();
  const startWorker = async (name: string): Promise<void> => void workers.set(name, await product.startWorker(name));

  beforeAll(async () => {
    stores = await openStores('redis', { isPrivate: true });
    const simulator = { latencyMs: [20, 80], walls: [WALL] } as const;
    product = await startProduct({ ...stores, pace: isDeepRun() ? 'production' : 'quick', simulator });
    api = await product.startApi();
    await Promise.all(['w1', 'w2'].map(startWorker));
  }, 60_000);
  afterAll(async () => {
    await product.stop();
    await stores.close();
  });

  /** Orders a crawl for a workspace of its own; `during` runs beside it. */
  const crawl = async (workspace: string, during: (caller: ApiCaller, jobId: string) => Promise<void>) => {
    const caller = await product.caller(api, workspace);
    await product.vk.control({ do: 'resetLog' });
    // A 503 is an answer too: whoever gets one asks again.
    const { id } = await waitFor(() => caller.submit('parse', ORDER), { timeoutMs: 30_000, what: 'the job to be accepted' });
    await during(caller, id);
    const { state, result, attempts } = await caller.end(id, 90_000);
    const log = await product.vk.log();
    const [stored] = await stores.database.query(STORED, [workspace]);
    return {
      state,
      attempts,
      starts: await caller.attempts(id),
      result,
      stored,
      requests: log.filter(({ within }) => within === undefined).length,
      repeated: repeatedRequests(log),
    };
  };

  /** Kills whoever runs the job, some milliseconds after VK was asked so many times. */
  const killAfter = (requests: number, name: string) => async (caller: ApiCaller, jobId: string) => {
    const running = await waitFor(async () => (await caller.attempts(jobId))[0]?.worker, { what: 'an attempt' });
    const hasAsked = async () => (await product.vk.log()).filter(({ within }) => within === undefined).length >= requests;
    await waitFor(hasAsked, { everyMs: 1, what: `request ${requests}` });
    await delay(Math.random() * WITHIN_MS);
    await workers.get(running)?.kill('SIGKILL');
    workers.delete(running);
    await startWorker(name);
  };

  test(
    `when it happens ${KILLS} times, then each time no more than what was on its way is asked again, and the same is stored as without it`,
    async () => {
      const calm = await crawl('calm', async () => undefined);
      expect(calm).toMatchObject({ state: 'succeeded', repeated: [] });
      const moments = Array.from({ length: KILLS }, (_, index) => 3 + Math.floor(((index + Math.random()) * (calm.requests - 4)) / KILLS));
      for (const [index, moment] of moments.entries()) {
        const killed = await crawl(`killed-${index}`, killAfter(moment, `w${index + 3}`));
        expect({ moment, ...killed }).toMatchObject({ state: 'succeeded', attempts: 0, stored: calm.stored });
        expect({ ...resultOf(killed), requests: 0 }).toEqual({ ...resultOf(calm), requests: 0 });
        const ends = killed.starts.map(({ end }) => end);
        const lost = ends.filter((end) => end === 'lost');
        // The killed one at least; on a machine that is short of time somebody else may be taken for dead, too, or not be through
        // within the short turn that a job has which was lost before.
        expect({ moment, ends }).toEqual({ moment, ends: ['lost', ...ends.slice(1, -1).map(lostOrYielded), 'succeeded'] });
        expect(killed.repeated.length).toBeLessThanOrEqual(ONE_BATCH * lost.length);
      }
      expect(await findUnsettled(stores.database)).toEqual([]);
    },
    deep(90_000, 1_800_000),
  );
});

/** The end itself where it is one of these. */
const lostOrYielded = (end: string): string => (end === 'yielded' ? end : 'lost');

const resultOf = ({ result }: { readonly result?: unknown }): object => (typeof result === 'object' && result !== null ? result : {});
