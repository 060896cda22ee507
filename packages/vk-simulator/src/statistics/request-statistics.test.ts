import { describe, expect, test } from '@jest/globals';
import { createRequestStatistics, fingerprintOf } from './request-statistics.ts';

const request = { method: 'execute', outcome: 'ok', isStarted: true, inner: [] } as const;

describe('request statistics', () => {
  test('when hours pass, then the old seconds are one, and no request is lost', () => {
    const statistics = createRequestStatistics();
    const seconds = 7_300;
    for (let second = 1; second <= seconds; second += 1) statistics.add({ ...request, token: 'a', time: second * 1_000 });
    expect(statistics.of({}).total.arrived).toBe(seconds);
    expect(statistics.of({ until: 1_000_000 }).total.arrived).toBe(999);
    expect(statistics.of({ since: 1_000 }).total.arrived).toBe(7_200);
    expect(statistics.of({ since: 7_000_000 }).total.arrived).toBe(301);
  });

  test('when a request comes without a token, then it counts for none', () => {
    const statistics = createRequestStatistics();
    statistics.add({ ...request, token: undefined, outcome: 5, time: 1 });
    expect(statistics.of({}).tokens).toEqual([expect.objectContaining({ fingerprint: 'none', refused: { 5: 1 } })]);
    expect(fingerprintOf('simulator-service-token')).toBe('5b8b6deb8d968453');
  });
});
