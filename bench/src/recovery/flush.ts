import { openDatabase } from '@otklik/db';
import { type Scope, silentLogger } from '@otklik/shared';
import { waitFor } from '@otklik/testing';
import { noopJob } from '../jobs/noop-parse.ts';
import type { Measure } from './measures.ts';
import { type RecoverySite, msUntil } from './recovery-site.ts';

const JOBS = 10_000;
const TOGETHER = 1_000;
const WORKERS = 2;

/** What jobs of normal priority fill of the queue at most: nine tenths of its 2,000. */
const WINDOW = 1_800;

const ALL_AGAIN = `
SELECT 1 FROM (SELECT count(*) AS left FROM job WHERE state = 'queued' AND (dispatched_at IS NULL OR dispatched_at <= $1)) q WHERE q.left = 0`;
const ALL_DONE = `SELECT 1 FROM (SELECT count(*) AS left FROM job WHERE state <> 'succeeded') q WHERE q.left = 0`;

/**
 * Redis forgets everything while 10,000 jobs wait, until each of them was given to it again, or to a worker. The queue
 * takes them as fast as they are done, so workers begin in the same moment, and each job has nothing to do.
 */
export const openFlush = async (scope: Scope, site: RecoverySite): Promise<Measure> => {
  const db = scope.use('db', openDatabase({ url: site.postgres.url, name: 'bench', poolMax: 1, logger: silentLogger }), (it) => it.close());
  // It was there before, as somebody always is: notices the loss, and takes none of the jobs.
  const watcher = site.startProgram('apps/worker/src/main.ts', [], { WORKER_NAME: 'watcher', WORKER_QUEUES: 'export' });
  await watcher.waitForLine(/"worker started"/);
  const args = ['--database', site.postgres.url, '--redis', site.redis.url];

  return async () => {
    await site.query('TRUNCATE job, job_attempt CASCADE');
    for (let done = 0; done < JOBS; done += TOGETHER) {
      const [first = noopJob(), ...others] = Array.from({ length: TOGETHER }, noopJob);
      await db.jobs.submit({ workspaceId: site.workspaceId, jobs: [first, ...others], idempotency: null });
    }
    await waitFor(async () => (await dispatched(site)) >= WINDOW, { timeoutMs: 60_000, what: 'the queue to be full' });
    const [row] = await site.query<{ readonly now: Date }>('SELECT clock_timestamp() AS now');
    const startedAt = performance.now();
    await site.redis.flush();
    const workers = Array.from({ length: WORKERS }, () => site.startProgram('bench/src/jobs/noop-worker-main.ts', args));
    const ms = await msUntil(site, { sql: ALL_AGAIN, values: [row?.now], startedAt, what: 'all to be dispatched again' });
    await msUntil(site, { sql: ALL_DONE, values: [], startedAt, what: 'all to be done' });
    await Promise.all(workers.map((worker) => worker.kill('SIGTERM')));
    return ms;
  };
};

const dispatched = async ({ query }: RecoverySite): Promise<number> =>
  (await query<{ readonly count: number }>('SELECT count(*)::int AS count FROM job WHERE dispatched_at IS NOT NULL'))[0]?.count ?? 0;
