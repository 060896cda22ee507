import { describe, expect, test } from '@jest/globals';
import { type CacheKind, cacheKinds } from '@otklik/shared';
import { graceMs } from './cache-times.ts';
import { MARK_MS } from './redis-tier.ts';

const kinds: readonly CacheKind[] = Object.values(cacheKinds);

describe('the table of kinds', () => {
  test('when two kinds are compared, then they share no name', () => {
    expect(new Set(kinds.map(({ name }) => name)).size).toBe(kinds.length);
  });

  test.each(kinds)('when a value of $name is kept, then its marks outlive it', (kind) => {
    expect(kind.ttlMs + graceMs(kind)).toBeLessThan(MARK_MS);
    expect(kind.negativeTtlMs + graceMs(kind)).toBeLessThan(MARK_MS);
  });

  test('when it is about keys or single versions of jobs, then nothing leaves the process', () => {
    expect([cacheKinds.apiKeys.reach, cacheKinds.jobAnswers.reach]).toEqual(['process', 'process']);
  });
});
