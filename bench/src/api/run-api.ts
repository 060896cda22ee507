import { type Scope, createScope } from '@otklik/shared';
import type { BenchContext } from '../benchmark.ts';
import { type Contender, measureRounds } from '../report/measure-rounds.ts';
import type { BenchReport, Series } from '../report/report.ts';
import { spreadOf } from '../report/statistics.ts';
import { sendEvenly } from './even-load.ts';
import { type Request, flood } from './load.ts';
import { ORDER, type Site, openSite } from './open-site.ts';

const ROUNDS = 5;
const SUBMITS = 4_000;
const READS = 12_000;
const WARM_UP = 1_500;
const SHARES = [25, 50, 100] as const;
const SECONDS_PER_SHARE = 5;
const ERROR_SECONDS = 4;

/** Requests per second against a running API. */
export const runApi = async ({ signal, note }: BenchContext): Promise<BenchReport> => {
  const scope = createScope();
  try {
    note('starting PostgreSQL, Redis, the API and the peer …');
    return await measure(scope, { signal, note });
  } finally {
    await scope.close();
  }
};

const measure = async (scope: Scope, { signal, note }: BenchContext): Promise<BenchReport> => {
  const site = await openSite(scope);
  const requests = requestsOf(site);
  const submits = await measureRounds({
    contenders: [contender('submit', requests.submit, SUBMITS), contender('insert', requests.insert, SUBMITS)],
    rounds: ROUNDS,
    warmUpAmount: WARM_UP,
    before: () => forgetSubmitted(site),
    after: (amount) => expectStored(site, amount),
    signal,
    note,
  });
  const reads = await measureRounds({
    contenders: [contender('read', requests.read, READS), contender('bare_json', requests.bareJson, READS)],
    rounds: ROUNDS,
    warmUpAmount: WARM_UP,
    before: async () => undefined,
    after: async () => undefined,
    signal,
    note,
  });
  const series = [...submits, ...reads];
  return {
    name: 'api',
    unit: 'requests/s',
    headline: 'submit',
    ours: series.filter(({ name }) => name === 'submit' || name === 'read'),
    peers: series.filter(({ name }) => name === 'insert' || name === 'bare_json'),
    comparisons: [
      { name: 'submit', ours: 'submit', peer: 'insert', target: 0.5 },
      { name: 'read', ours: 'read', peer: 'bare_json', target: 0.5 },
    ],
    figures: { ...(await latencies({ requests, series, note, signal })), ...(await errorLatencies({ requests, series, note, signal })) },
    notes,
  };
};

type Requests = ReturnType<typeof requestsOf>;

const requestsOf = ({ api, apiWithoutDatabase, peer, key, jobIds }: Site) => {
  const headers = { authorization: `Bearer ${key}` };
  const json = { ...headers, 'content-type': 'application/json' };
  const unknown = `/v1/jobs/job_${'0'.repeat(32)}`;
  return {
    submit: { url: `${api}/v1/jobs/parse`, method: 'POST', headers: json, body: ORDER, expectedStatus: 202 },
    insert: { url: `${peer}/jobs`, method: 'POST', headers: json, body: ORDER, expectedStatus: 202 },
    read: { url: api, method: 'GET', headers, paths: jobIds.map((id) => `/v1/jobs/${id}`), expectedStatus: 200 },
    bareJson: { url: `${peer}/job`, method: 'GET', headers, expectedStatus: 200 },
    badRequest: { url: `${api}/v1/jobs/parse`, method: 'POST', headers: json, body: '{"target":{}}', expectedStatus: 400 },
    notFound: { url: `${api}${unknown}`, method: 'GET', headers, expectedStatus: 404 },
    unavailable: { url: `${apiWithoutDatabase}${unknown}`, method: 'GET', headers, expectedStatus: 503 },
  } as const satisfies Record<string, Request>;
};

const contender = (name: string, request: Request, amount: number): Contender => ({
  name,
  amount,
  run: (requests) => flood(request, requests),
});

/** Every run begins with the same table: the jobs that are polled for, and none of the others. */
const forgetSubmitted = async ({ client, jobIds }: Site): Promise<void> => {
  const uuids = jobIds.map((id) => id.slice('job_'.length));
  await client.query('DELETE FROM job WHERE id <> ALL($1::uuid[])', [uuids]);
  await client.query('VACUUM job');
};

const expectStored = async ({ client, jobIds }: Site, amount: number): Promise<void> => {
  const { rows } = await client.query<{ count: string }>('SELECT count(*) FROM job');
  const stored = Number(rows[0]?.count ?? 0) - jobIds.length;
  if (stored !== amount) throw new Error(`${amount} were accepted and ${stored} are stored.`);
};

type Measured = Pick<BenchContext, 'note' | 'signal'> & { readonly requests: Requests; readonly series: readonly Series[] };

const maximumOf = (series: readonly Series[], name: string): number =>
  spreadOf(series.find((one) => one.name === name)?.rates ?? []).median;

/** At even rates below the maximum: what callers see on a day that is not the worst. */
const latencies = async ({ requests, series, note, signal }: Measured): Promise<Record<string, number>> => {
  const figures: Record<string, number> = {};
  for (const name of ['submit', 'read'] as const)
    for (const share of SHARES) {
      signal.throwIfAborted();
      const perSecond = Math.round((maximumOf(series, name) * share) / 100);
      const { p50Ms, p99Ms, errors } = await sendEvenly(requests[name], { perSecond, seconds: SECONDS_PER_SHARE });
      note(`${name} at ${share} % of the maximum (${perSecond}/s): p50 ${p50Ms} ms, p99 ${p99Ms} ms, ${errors} errors`);
      figures[`${name}At${share}P50Ms`] = p50Ms;
      figures[`${name}At${share}P99Ms`] = p99Ms;
      figures[`${name}At${share}Errors`] = errors;
    }
  return figures;
};

/** Refusals beside the success of the same kind of request, at the same even rate. */
const errorLatencies = async ({ requests, series, note, signal }: Measured): Promise<Record<string, number>> => {
  const pairs = [
    { error: 'badRequest', success: 'submit' },
    { error: 'notFound', success: 'read' },
    { error: 'unavailable', success: 'submit' },
  ] as const;
  const figures: Record<string, number> = {};
  for (const { error, success } of pairs) {
    signal.throwIfAborted();
    const amount = { perSecond: Math.round(maximumOf(series, success) / 4), seconds: ERROR_SECONDS };
    // The process without a database has answered nothing yet: what is measured is not its start.
    await flood(requests[error], WARM_UP);
    const good = await sendEvenly(requests[success], amount);
    const bad = await sendEvenly(requests[error], amount);
    note(`${error} ${bad.p50Ms}/${bad.p99Ms} ms (p50/p99) beside ${success} ${good.p50Ms}/${good.p99Ms} ms, ${amount.perSecond}/s`);
    figures[`${error}P50Ms`] = bad.p50Ms;
    figures[`${error}P99Ms`] = bad.p99Ms;
    figures[`${error}Unexpected`] = bad.errors;
    figures[`${error}SuccessP50Ms`] = good.p50Ms;
    figures[`${error}SuccessP99Ms`] = good.p99Ms;
  }
  return figures;
};

const notes: readonly string[] = [
  'API and peer are processes of their own on 127.0.0.1, the load comes from a third process; rates over 32 connections of autocannon.',
  'submit: POST /v1/jobs/parse with key, checks, log line, committed row, and dispatch to a Redis that writes to disk; no worker runs.',
  'insert: one Express route that inserts the same row of the same table over a pool of the same width, and nothing else.',
  'read: GET /v1/jobs/{id} of 100 jobs in turn, with key and log line; bare_json: one Express route that answers the same body from memory.',
  'PostgreSQL with default settings (fsync and synchronous_commit on). Every accepted job was counted in the table.',
  'Figures: at even rates of 25, 50 and 100 % of the median maximum; errors beside the success at 25 %. Times count from the moment a request was due.',
];
