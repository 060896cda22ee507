import { type Scope, createScope } from '@otklik/shared';
import { type RunningProcess, runProcess, waitFor } from '@otklik/testing';
import { quantileOf } from '../report/statistics.ts';
import { sharedNow } from '../site/shared-now.ts';
import type { ProductDatabase, Site } from './open-site.ts';

export type StartLatency = { readonly p50: number; readonly p99: number };

const WARM_UP = 50;
const SUBMITS = 300;
/** Until the next submit: nothing of the one before is under way. */
const PAUSE_MS = 20;
const MAX_LINES = 50;

/**
 * Milliseconds from the moment a caller sends `POST /v1/jobs/parse` to the moment the processor begins, in processes that
 * have nothing else to do: an API and a worker for each database. Both databases take turns, submit by submit.
 */
export const measureStartLatency = async (
  site: Site,
  { signal }: { readonly signal: AbortSignal },
): Promise<{ readonly fresh: StartLatency; readonly aged: StartLatency }> => {
  const scope = createScope();
  try {
    const fresh = await startPair(scope, site, 'fresh');
    const aged = await startPair(scope, site, 'aged');
    for (let turn = 0; turn < WARM_UP; turn += 1) for (const pair of [fresh, aged]) await submitOne(pair);
    const times = { fresh: new Array<number>(), aged: new Array<number>() };
    for (let turn = 0; turn < SUBMITS; turn += 1) {
      signal.throwIfAborted();
      times.fresh.push(await submitOne(fresh));
      times.aged.push(await submitOne(aged));
    }
    return { fresh: latencyOf(times.fresh), aged: latencyOf(times.aged) };
  } finally {
    await scope.close();
  }
};

type Pair = { readonly url: string; readonly key: string; readonly worker: RunningProcess };

const startPair = async (scope: Scope, site: Site, name: 'fresh' | 'aged'): Promise<Pair> => {
  const { url, key }: ProductDatabase = site[name];
  const env = { DATABASE_URL: url, QUEUE_URL: site.redisUrl, QUEUE_PREFIX: name, PORT: '0', EXPORT_DIR: site.logFile('exports') };
  const api = scope.use('api', runProcess({ module: 'apps/api/src/main.ts', env, maxLines: MAX_LINES }), (it) => it.kill());
  const args = ['--database', url, '--redis', site.redisUrl, '--prefix', name];
  const program = { module: 'bench/src/jobs/noop-worker-main.ts', args, maxLines: MAX_LINES, stdoutFile: site.logFile(`worker-${name}`) };
  const worker = scope.use('worker', runProcess(program), (it) => it.kill());
  await worker.waitForLine(/^ready$/);
  const started = await api.waitForLine(/"api started"/);
  return { url: `${/http:\/\/127\.0\.0\.1:\d+/.exec(started)?.[0]}/v1/jobs/parse`, key, worker };
};

const BODY = JSON.stringify({ target: { wall: 'severorechensk' } });

const submitOne = async ({ url, key, worker }: Pair): Promise<number> => {
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
  const startedAt = sharedNow();
  const answer = await fetch(url, { method: 'POST', headers, body: BODY });
  const id = answer.headers.get('location')?.split('job_')[1];
  await answer.arrayBuffer();
  if (id === undefined) throw new Error(`A job was not accepted: ${answer.status}.`);
  const line = await waitFor(() => worker.lines.find((one) => one.startsWith(`began ${id} `)), { everyMs: PAUSE_MS });
  return Number(line.split(' ')[2]) - startedAt;
};

const latencyOf = (times: readonly number[]): StartLatency => ({
  p50: Number(quantileOf(times, 0.5).toFixed(1)),
  p99: Number(quantileOf(times, 0.99).toFixed(1)),
});
