import { describe, expect, test } from '@jest/globals';
import type { RetentionKind, RetentionSweep, Swept } from '@otklik/contracts';
import { DatabaseError, createManualClock, createMetrics, silentLogger } from '@otklik/shared';
import { waitFor } from '@otklik/testing';
import type { BackgroundLoop } from './background-loop.ts';
import { type RetentionLimits, createRetention, defaultRetention } from './retain-jobs.ts';

type Opened = {
  readonly isLeader?: boolean;
  /** Kinds that fail for now. */ readonly broken?: Set<RetentionKind>;
  /** The kind that has two pages. Default: jobs. */ readonly more?: RetentionKind;
};

const open = (limits: Partial<RetentionLimits> = {}, { isLeader = true, broken = new Set(), more = 'jobs' }: Opened = {}) => {
  const asked: string[] = [];
  const clock = createManualClock();
  const metrics = createMetrics({ service: 'test', version: '1', logger: silentLogger });
  const sweep =
    (what: RetentionKind) =>
    async ({ keep, after }: RetentionSweep): Promise<Swept> => {
      asked.push(`${what} ${keep} after ${String(after)}`);
      if (broken.has(what)) throw new DatabaseError('DB_TIMEOUT', 'too late');
      return { deleted: 10, last: what === more && after === null ? 'place' : null };
    };
  const store = {
    jobs: sweep('jobs'),
    events: sweep('events'),
    logs: sweep('logs'),
    idempotency: sweep('idempotency'),
    attempts: sweep('attempts'),
    lists: sweep('lists'),
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

/** Between two batches of a pass. */
const stopIn = async (clock: ReturnType<typeof open>['clock'], retention: BackgroundLoop): Promise<void> => {
  await waitFor(() => clock.pending() === 1);
  const stopped = retention.stop();
  await clock.advance(200);
  await stopped;
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
      'lists 90 after null',
    ]);
    await clock.advance(200);
    await waitFor(() => asked.length === 7 && clock.pending() === 1);
    expect(asked.at(-1)).toBe('jobs 90 after place');
    await clock.advance(60_000);
    await waitFor(() => asked.length === 13);
    expect(asked.at(7)).toBe('jobs 90 after null');
    await stopIn(clock, retention);
    expect((await metrics.expose()).text).toContain('otklik_retention_deleted_total{what="events"} 20');
  });

  test('when one kind fails, then the others are swept to their end all the same, and it goes on where it stopped once it can', async () => {
    const broken = new Set<RetentionKind>(['jobs', 'logs']);
    const { retention, asked, clock, metrics } = open({}, { broken, more: 'events' });
    retention.start();
    await waitFor(() => clock.pending() === 1);
    await clock.advance(200);
    await waitFor(() => asked.length === 7 && clock.pending() === 1);
    expect(asked.at(-1)).toBe('events 30 after place');
    broken.delete('jobs');
    await clock.advance(60_000);
    await waitFor(() => asked.length === 13 && clock.pending() === 1);
    expect(asked.slice(7, 10)).toEqual(['jobs 90 after null', 'events 30 after null', 'logs 14 after null']);
    await stopIn(clock, retention);
    const { text } = await metrics.expose();
    expect(text).toContain('otklik_retention_failures_total{what="jobs"} 1');
    expect(text).toContain('otklik_retention_failures_total{what="logs"} 2');
    expect(text).toContain('otklik_retention_failures_total{what="events"} 0');
  });

  test('when one kind fails half way, then the next pass goes on with it there and begins anew with the others', async () => {
    const broken = new Set<RetentionKind>();
    const { retention, asked, clock } = open({}, { broken });
    retention.start();
    await waitFor(() => clock.pending() === 1);
    broken.add('jobs');
    await clock.advance(200);
    await waitFor(() => asked.length === 7 && clock.pending() === 1);
    broken.clear();
    await clock.advance(60_000);
    await waitFor(() => asked.length === 13);
    expect(asked.slice(6, 9)).toEqual(['jobs 90 after place', 'jobs 90 after place', 'events 30 after null']);
    await stopIn(clock, retention);
  });

  test('when something is to be kept for ever, or another process leads, then nothing of it is looked at', async () => {
    const forever = open({ jobsDays: 0, eventsDays: 0, logsDays: 0, waits: 0 });
    const follower = open({}, { isLeader: false });
    for (const { retention, clock } of [forever, follower]) {
      retention.start();
      await waitFor(() => clock.pending() === 1);
      await retention.stop();
    }
    expect([forever.asked, follower.asked]).toEqual([['idempotency 1 after null'], []]);
  });
});
