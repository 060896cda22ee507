import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type Logger, createMetrics, newId, silentLogger } from '@otklik/shared';
import { type TcpProxy, type TestDatabase, createTestDatabase, startTcpProxy, waitFor } from '@otklik/testing';
import type pg from 'pg';
import { openPool } from '../pools.ts';
import { type Sql, createSql } from '../sql.ts';
import type { EarTiming } from './ear.ts';
import { cancelSignals, tell } from './signal.ts';
import { createSignals } from './signals.ts';

const limits = { max: 2, connectionTimeoutMs: 2_000, statementTimeoutMs: 5_000, idleInTransactionTimeoutMs: 0 };
const timing: EarTiming = { probeMs: 50, answerMs: 300, retryMs: 10, maxRetryMs: 50, goodbyeMs: 200 };

let database: TestDatabase;
let proxy: TcpProxy;
let pool: pg.Pool;
let sql: Sql;
let lines: string[];
let open: ReturnType<typeof createSignals>[];
const noting =
  (level: string): Logger['info'] =>
  (message) =>
    void lines.push(`${level}: ${message}`);
const logger: Logger = { ...silentLogger, warn: noting('warn'), info: noting('info') };
const metrics = createMetrics({ service: 'test', version: '0', logger: silentLogger });

beforeEach(async () => {
  database = await createTestDatabase();
  proxy = await startTcpProxy({ port: Number(new URL(database.url).port) });
  pool = openPool({ ...limits, url: database.url, name: 'teller', logger: silentLogger });
  sql = createSql(pool);
  lines = [];
  open = [];
});
afterEach(async () => {
  await Promise.all(open.map((signals) => signals.close()));
  await pool.end();
  await proxy.close();
  await database.drop();
});

const make = (url = proxy.through(database.url), more: Partial<EarTiming> = {}) => {
  const signals = createSignals({ url, name: 'ear', logger, metrics, timing: { ...timing, ...more } });
  open.push(signals);
  const heard: string[] = [];
  signals.onCancel((id) => heard.push(id));
  signals.onQueueChanged((type) => heard.push(type));
  signals.onHearing(() => heard.push('hearing'));
  return { signals, heard };
};
const start = async (...args: Parameters<typeof make>) => {
  const made = make(...args);
  made.signals.start();
  await waitFor(() => made.signals.isHearing());
  made.heard.length = 0;
  return made;
};
const ears = (): Promise<readonly { readonly pid: number }[]> =>
  database.query<{ readonly pid: number }>(
    `SELECT pid FROM pg_stat_activity WHERE application_name = 'ear' AND datname = current_database()`,
  );

describe('signals between processes', () => {
  test('when a transaction commits, then everybody hears it, in its order; when it rolls back, then nobody does', async () => {
    const [one, other] = [await start(), await start()];
    const id = newId();
    const undone = sql.transaction(async (tx) => {
      await tell(tx, { kind: 'queue', type: 'export' });
      throw new RangeError('undone');
    });
    await expect(undone).rejects.toThrow('undone');
    await sql.transaction(async (tx) => {
      await tell(tx, ...cancelSignals([id]));
      await tell(tx, { kind: 'queue', type: 'parse' });
      expect(one.heard).toEqual([]);
    });
    for (const { heard } of [one, other]) await waitFor(() => heard.length === 2);
    expect([one.heard, other.heard]).toEqual([
      [id, 'parse'],
      [id, 'parse'],
    ]);
  });

  test('when a thousand jobs are cancelled at once, then all of their ids arrive', async () => {
    const { heard } = await start();
    const ids = Array.from({ length: 1_000 }, () => newId());
    await tell(sql, ...cancelSignals(ids));
    await waitFor(() => heard.length === ids.length);
    expect(heard).toEqual(ids);
  });

  test('when somebody says what is not known, then it is passed over, and what follows is heard', async () => {
    const { heard } = await start();
    for (const payload of ['', 'x', '{"kind":"new"}', '{"kind":"queue","type":"new"}', '{"kind":"cancel","jobs":["x"]}'])
      await sql.query(`SELECT pg_notify('otklik', $1)`, [payload]);
    await tell(sql, { kind: 'queue', type: 'analyze' });
    await waitFor(() => heard.length > 0);
    expect(heard).toEqual(['analyze']);
  });

  const losses: Readonly<Record<string, () => Promise<void>>> = {
    'is ended by the server': async () => {
      for (const { pid } of await ears()) await database.query('SELECT pg_terminate_backend($1)', [pid]);
    },
    'is reset': async () => proxy.reset(),
    'is half open: nothing passes and nobody says so': async () => {
      proxy.blackhole();
      await waitFor(() => open.every((signals) => !signals.isHearing()), { what: 'the silence to be noticed' });
      await proxy.restore();
    },
    'can not be had for a while': async () => {
      await proxy.refuse();
      await waitFor(() => open.every((signals) => !signals.isHearing()));
      await proxy.restore();
    },
  };

  test.each(Object.entries(losses))(
    'when the connection %s, then it listens anew and says that it may have missed something',
    async (_, lose) => {
      const { signals, heard } = await start();
      await lose();
      await waitFor(() => heard.includes('hearing'), { what: 'the next connection' });
      expect(signals.isHearing()).toBe(true);
      await tell(sql, { kind: 'queue', type: 'parse' });
      await waitFor(() => heard.includes('parse'));
      expect(lines.filter((line) => line.startsWith('warn'))).toHaveLength(1);
      expect(lines.at(-1)).toBe('info: signals are heard again');
    },
  );

  test('when it closes, then its connection is gone at once, also where nothing passes any more', async () => {
    const first = await start();
    await first.signals.close();
    await waitFor(async () => (await ears()).length === 0);
    // Without a probe nobody would find out.
    const second = await start(undefined, { probeMs: 60_000, answerMs: 60_000 });
    proxy.blackhole();
    await second.signals.close();
    const third = make(undefined, { answerMs: 60_000 });
    third.signals.start();
    await third.signals.close();
    expect(second.signals.isHearing()).toBe(false);
  });

  test('when nobody starts it, then it opens no connection and closes', async () => {
    const { signals } = make();
    await signals.close();
    expect(await ears()).toEqual([]);
  });
});
