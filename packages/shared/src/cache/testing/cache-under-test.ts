import { type Cache, type Metrics, createMetrics, silentLogger } from '@otklik/shared';
import { aKey, waitFor } from '@otklik/testing';

export type CacheUnderTest = {
  readonly cache: Cache;
  /** The present value of a series; 0 when it is not told. */
  series(name: string, labels?: Readonly<Record<string, string>>): Promise<number>;
};

/** Opens a cache and waits until it uses its Redis and hears what others drop. */
export const openConnected = async (open: (metrics: Metrics) => Cache): Promise<CacheUnderTest> => {
  const opened = openMeasured(open);
  await waitFor(async () => {
    await opened.cache.get(aKey('is it there', { name: 'probe' }));
    const answered = await opened.series('otklik_cache_requests_total', { kind: 'probe', tier: 'redis', result: 'miss' });
    return answered > 0 && (await opened.series('otklik_cache_invalidations_total', { scope: 'everything' })) > 0;
  });
  return opened;
};

export const openMeasured = (open: (metrics: Metrics) => Cache): CacheUnderTest => {
  const metrics = createMetrics({ service: 'test', version: '1', logger: silentLogger });
  return {
    cache: open(metrics),
    series: async (name, labels = {}) => {
      const wanted = Object.entries(labels).map(([label, value]) => `${label}="${value}"`);
      return (await metrics.expose()).text
        .split('\n')
        .filter((line) => new RegExp(`^${name}[{ ]`).test(line) && wanted.every((label) => line.includes(label)))
        .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' ') + 1)), 0);
    },
  };
};
