import { createScope } from '@otklik/shared';
import { startPrivatePostgres, startPrivateRedis } from '@otklik/testing';
import type { BenchContext } from '../benchmark.ts';
import type { BenchReport } from '../report/report.ts';
import { measureMemory } from './measure-memory.ts';

const JOBS = 100_000;
const PARTS = 20;

/** Whether processes grow over many jobs. */
export const runMemory = async ({ signal, note }: BenchContext): Promise<BenchReport> => {
  const scope = createScope();
  try {
    const postgres = scope.use('postgres', await startPrivatePostgres({ settings: { fsync: 'on' } }), (it) => it.stop());
    const redis = scope.use('redis', await startPrivateRedis({ aof: true }), (it) => it.stop());
    const stores = { databaseUrl: postgres.url, redisUrl: redis.url, prefix: 'otklik' };
    const { api, worker, connections, mayOpen, rates } = await measureMemory({ ...stores, jobs: JOBS, parts: PARTS, signal, note });
    return {
      name: 'memory',
      unit: 'jobs/s',
      headline: 'platform',
      ours: [{ name: 'platform', rates }],
      peers: [],
      comparisons: [],
      groups: { api, worker, connections: { ...Object.fromEntries(connections), apiMayOpen: mayOpen.api, workerMayOpen: mayOpen.worker } },
      notes: [
        `${JOBS} jobs that do nothing, submitted through the API by 16 callers, in ${PARTS} parts; the rate is of submitting and doing.`,
        'Memory after each part, garbage collected; slopes in MB per 10,000 jobs by least squares, the first fifth left out.',
        'Connections: the most at once of each application_name, looked at every 50 ms; …MayOpen is what the process logs at its start.',
      ],
    };
  } finally {
    await scope.close();
  }
};
