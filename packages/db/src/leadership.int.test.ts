import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createLogger } from '@otklik/shared';
import { type TcpProxy, type TestDatabase, createTestDatabase, startTcpProxy, waitFor } from '@otklik/testing';
import { type Leadership, openLeadership } from './leadership.ts';

const timing = { sessionMs: 1_000, beatMs: 100, answerMs: 500 };

describe('the lead of repairs', () => {
  let database: TestDatabase;
  let opened: Leadership[];
  let lines: string[];
  beforeEach(async () => {
    database = await createTestDatabase();
    opened = [];
    lines = [];
  });
  afterEach(async () => {
    await Promise.all(opened.map((one) => one.close()));
    await database.drop();
  });

  const stand = (url = database.url, onElected = (): void => undefined): Leadership => {
    const logger = createLogger({ level: 'info', service: 'test', write: (line) => void lines.push(line) });
    const leadership = openLeadership({ url, logger, onElected, timing });
    opened.push(leadership);
    return leadership;
  };
  const until = (leadership: Leadership, leads: boolean): Promise<unknown> =>
    waitFor(() => leadership.isLeader() === leads, { what: leads ? 'the lead' : 'the end of the lead' });
  const sessions = () =>
    database.query<{ pid: number }>(
      `SELECT pid FROM pg_stat_activity WHERE application_name = 'otklik-reconciler' AND datname = current_database()`,
    );

  test('when several processes stand for it, then one has it, and another one after it has closed', async () => {
    const elected: string[] = [];
    const first = stand(database.url, () => void elected.push('first'));
    await until(first, true);
    const second = stand(database.url, () => void elected.push('second'));
    await waitFor(async () => (await sessions()).length === 2, { what: 'both to have asked' });
    expect([first.isLeader(), second.isLeader()]).toEqual([true, false]);
    await first.close();
    await until(second, true);
    expect([first.isLeader(), ...elected]).toEqual([false, 'first', 'second']);
  });

  test('when the session of the leader is ended by the server, then it stops acting at once, stands again, and says so once each', async () => {
    const leader = stand();
    await until(leader, true);
    await database.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'otklik-reconciler'
      AND datname = current_database()`);
    await waitFor(() => lines.some((line) => line.includes('lost the lead of repairs')), { what: 'the loss' });
    await until(leader, true);
    expect(lines.filter((line) => line.includes('leads the repairs'))).toHaveLength(2);
    expect(await sessions()).toHaveLength(1);
  });

  test('when the leader is cut off without a word, then it knows that its time is over, and another one leads', async () => {
    const proxy: TcpProxy = await startTcpProxy({ port: Number(new URL(database.url).port) });
    const cutOff = stand(proxy.through(database.url));
    await until(cutOff, true);
    const other = stand();
    await waitFor(() => cutOff.answersForMs() > 0 && other.answersForMs() > 0, { what: 'the server to answer both' });
    proxy.blackhole();
    await until(cutOff, false);
    await until(other, true);
    expect(cutOff.isLeader()).toBe(false);
    await waitFor(() => cutOff.answersForMs() === 0, { what: 'the end of the answers' });
    // Whoever has been answered all the time knows so from before it had the lead.
    expect(other.answersForMs()).toBeGreaterThan(timing.answerMs);
    await cutOff.close();
    await proxy.close();
  });
});
