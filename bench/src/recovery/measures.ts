import { setTimeout as pause } from 'node:timers/promises';
import { waitFor } from '@otklik/testing';
import { ENDLESS, type RecoverySite, SHORT, cancelAll, msUntil } from './recovery-site.ts';

/** One round of a measure: milliseconds. */
export type Measure = (site: RecoverySite) => Promise<number>;

/** The worker that runs a job, once the job has stored something. */
const holderOf = async ({ query }: RecoverySite, jobId: string): Promise<string> => {
  const sql = `SELECT a.worker FROM job_attempt a JOIN job j ON j.id = a.job_id AND a.number = j.starts
    WHERE j.id = $1 AND j.state = 'running' AND j.checkpoint IS NOT NULL`;
  const ask = async () => (await query<{ readonly worker: string }>(sql, [jobId]))[0]?.worker;
  return waitFor(ask, { timeoutMs: 60_000, what: 'the job to run' });
};

const BEGUN = 'SELECT 1 FROM job_attempt WHERE job_id = $1';

/** A worker dies with a job in its hands, until another one has begun with it. */
export const sigkillToRunning: Measure = async (site) => {
  const job = await site.submit(ENDLESS);
  const holder = await holderOf(site, job);
  const startedAt = performance.now();
  await site.endWorker(holder, 'SIGKILL');
  const ms = await msUntil(site, { sql: `${BEGUN} AND number = 2`, values: [job], startedAt, what: 'another worker' });
  await cancelAll(site, [job]);
  await site.startWorker();
  return ms;
};

/** Longer than any command or connection is waited for. */
const AWAY_MS = 4_000;

/** Redis answers again after it was killed, until a worker has begun with a job that came meanwhile. */
export const redisBackToConsuming: Measure = async (site) => {
  await site.redis.kill();
  const job = await site.submit(SHORT);
  await pause(AWAY_MS);
  await site.redis.restart();
  const startedAt = performance.now();
  return msUntil(site, { sql: BEGUN, values: [job], startedAt, what: 'a worker to consume' });
};

/** PostgreSQL answers again after its postmaster was killed, until a job was accepted and a worker has done it. */
export const postgresBackToServing: Measure = async (site) => {
  await site.postgres.kill();
  await pause(1_000);
  await site.postgres.restart();
  const startedAt = performance.now();
  const job = await waitFor(() => site.submit(SHORT), { timeoutMs: 60_000, what: 'the API to accept' });
  return msUntil(site, { sql: `${BEGUN} AND "end" = 'succeeded'`, values: [job], startedAt, what: 'a worker to work' });
};

/** A cancel is sent, until the attempt has stopped and the row says so. */
export const cancelToStopped: Measure = async (site) => {
  const job = await site.submit(ENDLESS);
  await holderOf(site, job);
  const startedAt = performance.now();
  await site.cancel(job);
  const sql = `SELECT 1 FROM job j JOIN job_attempt a ON a.job_id = j.id WHERE j.id = $1 AND j.state = 'cancelled' AND a."end" = 'cancelled'`;
  return msUntil(site, { sql, values: [job], startedAt, what: 'the attempt to stop' });
};

/** Every worker has its hands full. */
const LOAD = 40;

/** SIGTERM to a worker under load, until it has ended with 0. */
export const drain: Measure = async (site) => {
  const jobs: string[] = [];
  while (jobs.length < LOAD) jobs.push(await site.submit(ENDLESS));
  const holders = await Promise.all(jobs.map((job) => holderOf(site, job)));
  const startedAt = performance.now();
  const { code } = await site.endWorker(holders[0] ?? '', 'SIGTERM');
  const ms = performance.now() - startedAt;
  if (code !== 0) throw new Error(`A worker that was asked to go ended with ${code}.`);
  await cancelAll(site, jobs);
  await site.startWorker();
  return ms;
};
