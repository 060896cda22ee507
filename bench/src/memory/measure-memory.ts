import { type Scope, createScope } from '@otklik/shared';
import { makeTempDir } from '@otklik/testing';
import pg from 'pg';
import { z } from 'zod';
import { makeKey } from '../site/make-key.ts';
import { type MemorySample, type ProbedProcess, runProbed } from './probed-process.ts';
import { slopeOf } from './slope.ts';
import { submitAndFinish } from './submit-and-finish.ts';
import { watchConnections } from './watch-connections.ts';

type Options = {
  readonly databaseUrl: string;
  readonly redisUrl: string;
  readonly prefix: string;
  /** In all. */
  readonly jobs: number;
  /** The memory is looked at after each of so many equal parts; the first fifth of them is warm-up. */
  readonly parts: number;
  readonly signal?: AbortSignal;
  readonly note?: (line: string) => void;
};

/** Megabytes that a process grew per 10,000 jobs after the warm-up, and where it ended. */
export type Growth = { readonly heapSlopeMb: number; readonly rssSlopeMb: number; readonly heapMb: number; readonly rssMb: number };

export type MemoryReport = {
  readonly api: Growth;
  readonly worker: Growth;
  /** The most at once, per `application_name`. */
  readonly connections: ReadonlyMap<string, number>;
  /** What each process said at its start that it may open. */
  readonly mayOpen: { readonly api: number; readonly worker: number };
  /** Per second, submitted and done, for each part. */
  readonly rates: readonly number[];
};

/** Many jobs that do nothing through an API and a worker, the programs of the product: whether they grow, and what they open. */
export const measureMemory = async (options: Options): Promise<MemoryReport> => {
  const scope = createScope();
  try {
    return await measure(scope, options);
  } finally {
    await scope.close();
  }
};

const MAX_LINES = 200;

const measure = async (scope: Scope, { databaseUrl, redisUrl, prefix, jobs, parts, signal, note }: Options): Promise<MemoryReport> => {
  const { key } = await makeKey(databaseUrl);
  const exports = scope.use('exports', makeTempDir(), (it) => it.remove());
  const client = scope.use('client', new pg.Client({ connectionString: databaseUrl, application_name: 'watch' }), (it) => it.end());
  await client.connect();
  const env = { DATABASE_URL: databaseUrl, QUEUE_URL: redisUrl, QUEUE_PREFIX: prefix, EXPORT_DIR: exports.path, PORT: '0' };
  const use = (name: string, process: ProbedProcess): ProbedProcess => scope.use(name, process, (it) => it.kill());
  const args = ['--database', databaseUrl, '--redis', redisUrl, '--prefix', prefix];
  const worker = use(
    'worker',
    runProbed({ module: 'bench/src/jobs/noop-worker-main.ts', args: [...args, '--quiet'], maxLines: MAX_LINES }),
  );
  const api = use('api', runProbed({ module: 'apps/api/src/main.ts', env, maxLines: MAX_LINES }));
  const started = { api: Started.parse(JSON.parse(await api.waitForLine(/"api started"/))), worker: await startOf(worker) };
  const watch = scope.use('watch', watchConnections(client), (it) => it.stop());
  const samples: Sample[] = [];
  const rates: number[] = [];
  for (let part = 1; part <= parts; part += 1) {
    signal?.throwIfAborted();
    const startedAt = performance.now();
    await submitAndFinish({ api: started.api.url, key, client }, jobs / parts);
    rates.push((jobs / parts / (performance.now() - startedAt)) * 1_000);
    samples.push({ jobs: (part * jobs) / parts, api: await api.memory(), worker: await worker.memory() });
    note?.(`${(part * jobs) / parts} jobs: ${tell(samples.at(-1))}`);
  }
  const connections = await watch.stop();
  const { databaseConnections } = started.worker;
  return {
    api: growthOf(samples, 'api'),
    worker: growthOf(samples, 'worker'),
    connections,
    mayOpen: { api: started.api.databaseConnections, worker: databaseConnections },
    rates,
  };
};

type Sample = { readonly jobs: number; readonly api: MemorySample; readonly worker: MemorySample };

const Started = z.object({ url: z.string(), databaseConnections: z.int() });

const startOf = async (worker: ProbedProcess) =>
  Started.omit({ url: true }).parse(JSON.parse(await worker.waitForLine(/"worker started"/)));

const growthOf = (samples: readonly Sample[], name: 'api' | 'worker'): Growth => {
  const warm = samples.slice(Math.floor(samples.length / 5));
  const slope = (of: keyof MemorySample): number =>
    places(slopeOf(warm.map((sample) => ({ x: sample.jobs / 10_000, y: sample[name][of] }))));
  const last = samples.at(-1)?.[name];
  return { heapSlopeMb: slope('heapMb'), rssSlopeMb: slope('rssMb'), heapMb: places(last?.heapMb ?? 0), rssMb: places(last?.rssMb ?? 0) };
};

const tell = (sample: Sample | undefined): string =>
  (['api', 'worker'] as const)
    .map((name) => `${name} heap ${places(sample?.[name].heapMb ?? 0)} MB, RSS ${places(sample?.[name].rssMb ?? 0)} MB`)
    .join('; ');

const places = (mb: number): number => Number(mb.toFixed(2));
