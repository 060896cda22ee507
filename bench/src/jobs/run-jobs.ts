import { type Scope, createScope } from '@otklik/shared';
import type { BenchContext } from '../benchmark.ts';
import { type Contender, measureRounds } from '../report/measure-rounds.ts';
import type { BenchReport, Comparison, Series } from '../report/report.ts';
import { ratioOf, spreadOf } from '../report/statistics.ts';
import { expectRecorded, lastJobId } from './job-tables.ts';
import { FINISHED_JOBS, type ProductDatabase, type Site, openSite } from './open-site.ts';
import { WARM_UP, runContestant } from './run-contestant.ts';
import { measureStartLatency } from './start-latency.ts';

const JOBS = 10_000;
const ROUNDS = 5;

const OURS = 'platform';
const AGED = 'platform_aged';

/** Jobs that do nothing, through the whole platform, and through queues alone. */
export const runJobs = async ({ signal, note }: BenchContext): Promise<BenchReport> => {
  const scope = createScope();
  try {
    note('starting PostgreSQL and Redis …');
    return await measure(scope, { signal, note });
  } finally {
    await scope.close();
  }
};

const measure = async (scope: Scope, { signal, note }: BenchContext): Promise<BenchReport> => {
  const site = await openSite(scope, note);
  const series = await measureRounds({
    contenders: contendersOf(site),
    rounds: ROUNDS,
    warmUpAmount: WARM_UP,
    before: () => site.startAfresh(),
    // Each contestant is asked for its own.
    after: async () => undefined,
    signal,
    note,
  });
  await site.startAfresh();
  const latency = await measureStartLatency(site, { signal });
  const isOurs = ({ name }: Series): boolean => name === OURS || name === AGED;
  return {
    name: 'jobs',
    unit: 'jobs/s',
    headline: OURS,
    ours: series.filter(isOurs),
    peers: series.filter((one) => !isOurs(one)),
    comparisons,
    groups: {
      startLatencyMs: latency.fresh,
      aged: {
        jobsPerSecond: Math.round(spreadOf(ratesOf(series, AGED)).median),
        ratio: Number(ratioOf(ratesOf(series, AGED), ratesOf(series, OURS)).median.toFixed(3)),
        startLatencyP50Ms: latency.aged.p50,
        startLatencyP99Ms: latency.aged.p99,
      },
    },
    notes,
  };
};

const comparisons: readonly Comparison[] = [
  { name: 'bullmq', ours: OURS, peer: 'bullmq', target: 0.4 },
  { name: 'pg_boss', ours: OURS, peer: 'pg_boss', target: 1.1 },
  { name: 'pg_boss_burst', ours: OURS, peer: 'pg_boss_burst' },
  { name: 'graphile_worker', ours: OURS, peer: 'graphile_worker', target: 1.3 },
  { name: 'aged', ours: AGED, peer: OURS, target: 0.8 },
];

const contendersOf = (site: Site): readonly Contender[] => {
  const peers = ['--database', site.peersUrl, '--redis', site.redisUrl];
  const peer = (name: string, program: 'bullmq' | 'pg-boss' | 'graphile-worker', more: readonly string[] = []): Contender => ({
    name,
    amount: JOBS,
    run: (amount) => runContestant({ program, args: [...peers, ...more], amount, logFile: site.logFile(name) }),
  });
  return [
    platform(site, OURS, site.fresh),
    peer('bullmq', 'bullmq'),
    peer('pg_boss', 'pg-boss'),
    peer('pg_boss_burst', 'pg-boss', ['--burst']),
    peer('graphile_worker', 'graphile-worker'),
    platform(site, AGED, site.aged),
  ];
};

const platform = (site: Site, name: string, { url, client, workspaceId }: ProductDatabase): Contender => ({
  name,
  amount: JOBS,
  run: async (amount) => {
    const last = await lastJobId(client);
    const args = ['--database', url, '--redis', site.redisUrl, '--workspace', workspaceId];
    const ms = await runContestant({ program: 'platform', args, amount, logFile: site.logFile(name) });
    await expectRecorded(client, last, WARM_UP + amount);
    return ms;
  },
});

const ratesOf = (series: readonly Series[], name: string): readonly number[] => series.find((one) => one.name === name)?.rates ?? [];

const notes: readonly string[] = [
  `Each contestant is a process of its own that has started and done ${WARM_UP} jobs before; the others are not running meanwhile.`,
  `Timed, by the contestant itself: from before the insert of the first of ${JOBS} jobs to the recorded end of the last, inserting included.`,
  `${OURS}: rows, dispatcher, BullMQ, start, end, attempts, log and metrics, in one worker process as the product starts it, concurrency 50.`,
  'bullmq: addBulk and a Worker with concurrency 50, finished jobs removed. pg_boss: 4 workers, batches of 500, polling every 0.5 s, its least;',
  'pg_boss_burst: the same woken by NOTIFY and without pauses while batches are full. graphile_worker: defaults, concurrency 10, without its log.',
  `${AGED}: the same with ${FINISHED_JOBS} finished jobs in the tables; its ratio is to ${OURS} of the same round.`,
  'startLatencyMs: from the send of POST /v1/jobs/parse to the begin of the processor, one job at a time, API and worker idle otherwise.',
  'PostgreSQL with default settings (fsync and synchronous_commit on; our claims, starts and lines of logs do not wait for it, ADR 44); Redis with append-only file, fsync every second. One server of each for all.',
  'After each measurement of ours every job was found with one start, its attempt and its success; no job of anybody began twice or never.',
];
