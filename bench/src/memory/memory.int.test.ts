import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type TestDatabase, createTestDatabase, deep, describeWithRedis, testRedis } from '@otklik/testing';
import { type MemoryReport, measureMemory } from './measure-memory.ts';

const JOBS = deep(600, 100_000);
/** What a heap may grow over all of them after its warm-up: a few jobs warm nobody up. */
const FLAT_MB = deep(16, 10);

describeWithRedis('an API and a worker after many jobs', () => {
  const { url: redisUrl, prefix } = testRedis();
  let database: TestDatabase;
  let report: MemoryReport;

  beforeAll(
    async () => {
      database = await createTestDatabase();
      report = await measureMemory({ databaseUrl: database.url, redisUrl, prefix, jobs: JOBS, parts: deep(3, 20) });
    },
    deep(120_000, 1_800_000),
  );
  afterAll(() => database.drop());

  test('when their connections are counted all the time, then they are never more than each process said', () => {
    const of = (...names: readonly string[]): number =>
      [...report.connections].filter(([name]) => names.some((start) => name.startsWith(start))).reduce((sum, [, count]) => sum + count, 0);
    expect(of('otklik-api')).toBeGreaterThan(0);
    expect(of('otklik-api')).toBeLessThanOrEqual(report.mayOpen.api);
    expect(of('otklik-worker')).toBeGreaterThan(0);
    expect(of('otklik-worker', 'otklik-reconciler')).toBeLessThanOrEqual(report.mayOpen.worker);
    expect(of('otklik-')).toBe(of(''));
  });

  test(`when ${JOBS} jobs have gone through, then their heaps are as large as before`, () => {
    const grownMb = [report.api, report.worker].map(({ heapSlopeMb }) => (heapSlopeMb * JOBS) / 10_000);
    expect(Math.max(...grownMb)).toBeLessThan(FLAT_MB);
  });
});
