import type { Benchmark } from './benchmark.ts';
import { runApi } from './api/run-api.ts';
import { runCache } from './cache/run-cache.ts';
import { runCollect } from './collect/run-collect.ts';
import { runIngest } from './ingest/run-ingest.ts';
import { runJobs } from './jobs/run-jobs.ts';
import { runRecovery } from './recovery/run-recovery.ts';
import { runMemory } from './memory/run-memory.ts';

/** Everything that `npm run bench` knows. */
export const benchmarks: readonly Benchmark[] = [
  { name: 'ingest', about: 'storing 50,000 comments: pages of the product against COPY and against Prisma, row by row', run: runIngest },
  {
    name: 'collect',
    about: 'collecting from a VK that keeps its limits: against what is possible, a plain loop, and vk-io; memory over a million comments',
    run: runCollect,
  },
  { name: 'api', about: 'requests per second: submitting and reading jobs, against bare Express routes', run: runApi },
  {
    name: 'jobs',
    about: '10,000 jobs that do nothing through the whole platform, against bare BullMQ, pg-boss and Graphile Worker; how soon one starts',
    run: runJobs,
  },
  { name: 'memory', about: 'whether an API and a worker grow over 100,000 jobs, and how many connections they open', run: runMemory },
  {
    name: 'cache',
    about: 'reads through the cache, in memory, in Redis and with a frozen one, against primary keys through Prisma',
    run: runCache,
  },
  {
    name: 'recovery',
    about: 'how long it takes until everything is as it was: after kills, cancels, a drain, a lost queue',
    run: runRecovery,
  },
];
