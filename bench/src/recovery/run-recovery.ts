import { type Scope, createScope } from '@otklik/shared';
import type { BenchContext } from '../benchmark.ts';
import type { BenchReport, Series } from '../report/report.ts';
import { quantileOf, spreadOf } from '../report/statistics.ts';
import { openFlush } from './flush.ts';
import { type Measure, cancelToStopped, drain, postgresBackToServing, redisBackToConsuming, sigkillToRunning } from './measures.ts';
import { type RecoverySite, openRecoverySite } from './recovery-site.ts';

const ROUNDS = 20;
const WORKERS = 4;

/** What is promised, in milliseconds; of a cancel for 95 in 100, of the others for the worst. */
const promised = {
  cancelToStoppedMs: 1_000,
  drainMs: 30_000,
  redisBackToConsumingMs: 5_000,
  postgresBackToServingMs: 5_000,
  sigkillToRunningMs: 20_000,
  flush10kToAllDispatchedMs: 60_000,
} as const;
type Name = keyof typeof promised;

/** How long it takes until everything is as it was. Throws when a promise is broken. */
export const runRecovery = async ({ signal, note, rounds = ROUNDS }: BenchContext): Promise<BenchReport> => {
  const scope = createScope();
  try {
    note('starting PostgreSQL, Redis, the API and four workers …');
    const series = await measureAll(scope, { signal, note, rounds });
    const broken = series.filter(({ name, rates }) => heldTo(name, rates) > promised[name]);
    if (broken.length > 0)
      throw new Error(`Not kept: ${broken.map((one) => `${one.name} took ${one.rates.map(Math.round).join(', ')}`).join('; ')}`);
    return reportOf(series);
  } finally {
    await scope.close();
  }
};

type Measured = Series & { readonly name: Name };
type Context = Required<BenchContext>;

const measureAll = async (scope: Scope, context: Context): Promise<readonly Measured[]> => {
  const site = await openRecoverySite(scope);
  for (let started = 0; started < WORKERS; started += 1) await site.startWorker();
  const of = (name: Name, measure: Measure): Promise<Measured> => measureOne(site, { ...context, name, measure });
  const series = [
    await of('cancelToStoppedMs', cancelToStopped),
    await of('drainMs', drain),
    await of('redisBackToConsumingMs', redisBackToConsuming),
    await of('postgresBackToServingMs', postgresBackToServing),
    await of('sigkillToRunningMs', sigkillToRunning),
  ];
  // The workers of the next one do nothing in their jobs, and must be alone.
  await Promise.all([...site.workers.keys()].map((name) => site.endWorker(name, 'SIGTERM')));
  return [...series, await of('flush10kToAllDispatchedMs', await openFlush(scope, site))];
};

type One = Context & { readonly name: Name; readonly measure: Measure };

const measureOne = async (site: RecoverySite, { name, measure, rounds, signal, note }: One): Promise<Measured> => {
  const rates: number[] = [];
  for (let round = 1; round <= rounds; round += 1) {
    signal.throwIfAborted();
    rates.push(await measure(site));
    note(`${name} ${round}/${rounds}: ${Math.round(rates.at(-1) ?? 0)}`);
  }
  return { name, rates };
};

const heldTo = (name: Name, times: readonly number[]): number =>
  name === 'cancelToStoppedMs' ? quantileOf(times, 0.95) : spreadOf(times).max;

const reportOf = (series: readonly Measured[]): BenchReport => ({
  name: 'recovery',
  unit: 'ms',
  headline: 'sigkillToRunningMs',
  ours: series,
  peers: [],
  comparisons: [],
  groups: Object.fromEntries(
    series.map(({ name, rates }) => [
      name,
      {
        median: Math.round(spreadOf(rates).median),
        ...(name === 'cancelToStoppedMs' && { p95: Math.round(quantileOf(rates, 0.95)) }),
        worst: Math.round(spreadOf(rates).max),
        promised: promised[name],
      },
    ]),
  ),
  notes,
});

const notes: readonly string[] = [
  'Times, not rates: less is better. One API and four workers as processes with the times of production; PostgreSQL with fsync, Redis with append-only file.',
  'cancelToStoppedMs: from the send of POST …:cancel to the row cancelled and its attempt ended. Promised for 95 of 100, the others for the worst.',
  'drainMs: SIGTERM to a worker with ten of forty crawls, to its end with 0.',
  'redisBackToConsumingMs: killed, away for 4 s; from its first answer to the start of a job that was submitted meanwhile.',
  'postgresBackToServingMs: postmaster and backends killed; from its first answer to a submitted job that a worker has done.',
  'sigkillToRunningMs: from the SIGKILL of the worker that runs a crawl to the start of its next attempt elsewhere.',
  'flush10kToAllDispatchedMs: FLUSHALL with 10,000 jobs queued and the queue full of them; until every one is dispatched again, or further. Starting the two workers that do them is included.',
];
