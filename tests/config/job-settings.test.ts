import { describe, expect, test } from '@jest/globals';
import { ApiEnv, loadApiConfig } from '@otklik/api';
import { defaultBackoff } from '@otklik/core';
import { ConfigError } from '@otklik/shared';
import { WorkerEnv, loadWorkerConfig } from '@otklik/worker';

const env = { DATABASE_URL: 'postgresql://db/otklik', QUEUE_URL: 'redis://queue', VK_TOKEN: 'token' };

describe('what an operator sets about jobs', () => {
  test('when a type is named, then its jobs get that, and the others what the registry says', () => {
    const { jobs } = loadApiConfig({
      ...env,
      JOB_TIMEOUT_MS: 'parse=600000, export=1800000',
      JOB_MAX_ATTEMPTS: 'parse=5',
      JOB_MAX_STARTS: '4',
    });
    expect(jobs).toEqual({
      limits: { parse: { timeoutMs: 600_000, maxAttempts: 5 }, analyze: {}, export: { timeoutMs: 1_800_000 } },
      maxStarts: 4,
    });
    expect(loadApiConfig(env).jobs).toEqual({ limits: { parse: {}, analyze: {}, export: {} }, maxStarts: 8 });
  });

  test('when a kind of failure is named, then its waits are those, and the others stay', () => {
    const { backoff } = loadWorkerConfig({ ...env, JOB_BACKOFF: 'storage=100..2000' });
    expect(backoff).toEqual({ bounds: { ...defaultBackoff.bounds, storage: { baseMs: 100, maxMs: 2_000 } } });
  });

  test.each(['parse', 'parse=', 'parse=0', 'parse=1e9', 'crawl=5000', 'parse=5000;export=5000'])(
    'when a timeout is given as %s, then the API does not start',
    (text) => {
      expect(ApiEnv.shape.JOB_TIMEOUT_MS.safeParse(text).success).toBe(false);
      expect(() => loadApiConfig({ ...env, JOB_TIMEOUT_MS: text })).toThrow(ConfigError);
    },
  );

  test.each(['vk', 'vk=1000', 'vk=0..1', 'vk=2000..1000', 'weather=1..2'])(
    'when waits are given as %s, then the worker does not start',
    (text) => {
      expect(WorkerEnv.shape.JOB_BACKOFF.safeParse(text).success).toBe(false);
      expect(() => loadWorkerConfig({ ...env, JOB_BACKOFF: text })).toThrow(ConfigError);
    },
  );
});
