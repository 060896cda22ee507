import { describe, expect, test } from '@jest/globals';
import type { RetentionKind, RetentionSweep, Swept } from '@otklik/contracts';
import { createManualClock, createMetrics, silentLogger } from '@otklik/shared';
import { waitFor } from '@otklik/testing';
import { type RetentionLimits, createRetention, defaultRetention } from './retain-jobs.ts';

const open = (limits: Partial<RetentionLimits> = {}, isLeader = true) => {
  const asked: string[] = [];
  const clock = createManualClock();
  const metrics = createMetrics({ service: 'test', version: '1', logger: silentLogger });
  const sweep =
    (what: RetentionKind) =>
    async ({ keep, after }: RetentionSweep): Promise<Swept> => {
      asked.push(`${what} ${keep} after ${String(after)}`);
      return { deleted: 10, last: what === 'jobs' && after === null ? 'place' : null };
    };
  const store = {
    jobs: sweep('jobs'),
    events: sweep('events'),
    logs: sweep('logs'),
    idempotency: sweep('idempotency'),
    attempts: sweep('attempts'),
  };
  const retention = createRetention({
    store,
    limits: { ...defaultRetention, ...limits },
    leadership: { isLeader: () => isLeader },
    clock,
    logger: silentLogger,
    metrics,
  });
  return { retention, asked, clock, metrics };
};

describe('retention', () => {
  test('when there is more of one kind, then it goes on after a pause with that kind alone, and the next pass begins anew', async () => {
    const { retention, asked, clock, metrics } = open();
    retention.start();
    await waitFor(() => clock.pending() === 1);
    expect(asked).toEqual([
      'jobs 90 after null',
      'events 30 after null',
      'logs 14 after null',
      'idempotency 1 after null',
      'attempts 100 after null',
    ]);
    await clock.advance(200);
    await waitFor(() => asked.length === 6 && clock.pending() === 1);
    expect(asked.at(-1)).toBe('jobs 90 after place');
    await clock.advance(60_000);
    await waitFor(() => asked.length === 11);
    expect(asked.at(6)).toBe('jobs 90 after null');
    await waitFor(() => clock.pending() === 1);
    const stopped = retention.stop();
    await clock.advance(200);
    await stopped;
    expect((await metrics.expose()).text).toContain('otklik_retention_deleted_total{what="events"} 20');
  });

  test('when something is to be kept for ever, or another process leads, then nothing of it is looked at', async () => {
    const forever = open({ jobsDays: 0, eventsDays: 0, logsDays: 0, waits: 0 });
    const follower = open({}, false);
    for (const { retention, clock } of [forever, follower]) {
      retention.start();
      await waitFor(() => clock.pending() === 1);
      await retention.stop();
    }
    expect([forever.asked, follower.asked]).toEqual([['idempotency 1 after null'], []]);
  });
});
