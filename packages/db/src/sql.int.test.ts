import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { silentLogger } from '@otklik/shared';
import { type Session, type TestDatabase, createTestDatabase, openSession, waitFor } from '@otklik/testing';
import type pg from 'pg';
import { openPool } from './pools.ts';
import { type Sql, type Tx, createSql } from './sql.ts';

const limits = { connectionTimeoutMs: 2_000, statementTimeoutMs: 5_000, idleInTransactionTimeoutMs: 10_000 };

describe('statements in a transaction', () => {
  let database: TestDatabase;
  let pool: pg.Pool;
  let sql: Sql;
  beforeAll(async () => {
    database = await createTestDatabase();
    pool = openPool({ ...limits, url: database.url, name: 'sql-test', max: 2, logger: silentLogger });
    sql = createSql(pool);
    await sql.query('CREATE TABLE counted (n int)');
  });
  afterAll(async () => {
    await pool.end();
    await database.drop();
  });

  const countRows = async (): Promise<number> => (await sql.query('SELECT 1 FROM counted')).length;

  test('when the connection is lost between two statements, then the caller gets a DatabaseError, nothing is committed, and the process lives', async () => {
    const strays: unknown[] = [];
    const onStray = (error: unknown): void => void strays.push(error);
    process.on('uncaughtException', onStray);
    const work = sql.transaction(async (tx) => {
      const [row] = await tx.query<{ readonly pid: number }>('INSERT INTO counted VALUES (1) RETURNING pg_backend_pid() AS pid');
      await database.query('SELECT pg_terminate_backend($1)', [row?.pid]);
      await waitFor(async () => (await database.query('SELECT 1 FROM pg_stat_activity WHERE pid = $1', [row?.pid])).length === 0);
      await tx.query('INSERT INTO counted VALUES (2)');
    });
    await expect(work).rejects.toMatchObject({ code: 'DB_UNAVAILABLE' });
    process.off('uncaughtException', onStray);
    expect(strays).toEqual([]);
    expect(await countRows()).toBe(0);
  });

  test('when a statement has a name, then it is prepared once per connection, and not at all where a pooler might lose it', async () => {
    const one = openPool({ ...limits, url: database.url, name: 'sql-prepared', max: 1, logger: silentLogger });
    const ask = (prepares: boolean) => createSql(one, { prepares }).query('SELECT 1', [], { name: 'named' });
    const prepared = (): Promise<readonly unknown[]> => createSql(one).query('SELECT name FROM pg_prepared_statements');
    await ask(false);
    expect(await prepared()).toEqual([]);
    for (const prepares of [true, true]) await ask(prepares);
    expect(await prepared()).toEqual([{ name: 'named' }]);
    await one.end();
  });

  describe('whose caller waits for them no more', () => {
    let patient: pg.Pool;
    let others: pg.Pool;
    let abortable: Sql;
    let blocker: Session;
    beforeAll(async () => {
      others = openPool({ ...limits, url: database.url, name: 'sql-others', max: 1, logger: silentLogger });
      // Nothing else shall end what is asked here.
      const long = { ...limits, statementTimeoutMs: 600_000, lockTimeoutMs: 600_000 };
      patient = openPool({ ...long, url: database.url, name: 'sql-patient', max: 2, logger: silentLogger });
      abortable = createSql(patient, { canceller: createSql(others) });
      blocker = await openSession(database.url);
      await sql.query('CREATE TABLE wanted (n int)');
    });
    afterAll(async () => {
      await blocker.end();
      await patient.end();
      await others.end();
    });

    const atWork = () =>
      database.query(
        `SELECT 1 FROM pg_stat_activity WHERE application_name = 'sql-patient' AND state = 'active' AND pid <> pg_backend_pid()`,
      );
    const asks: Readonly<Record<string, (signal: AbortSignal) => Promise<unknown>>> = {
      'a statement': (signal) => abortable.query('INSERT INTO wanted VALUES (1)', [], { signal, isIdempotent: true }),
      'a transaction': (signal) => abortable.transaction((tx) => tx.query('INSERT INTO wanted VALUES (1)'), { signal, isIdempotent: true }),
      'a copy': (signal) => abortable.transaction((tx) => tx.copy('COPY wanted FROM STDIN', '1\n'), { signal }),
    };

    test.each(Object.entries(asks))(
      'when the signal of %s aborts, then the caller hears the reason at once, the server stops too, and nothing is written',
      async (_, ask) => {
        await blocker.run('BEGIN; LOCK TABLE wanted IN ACCESS EXCLUSIVE MODE');
        const attempt = new AbortController();
        const reason = new RangeError('not wanted');
        const asked = ask(attempt.signal);
        await waitFor(async () => (await atWork()).length === 1, { what: 'the statement to wait for its table' });
        attempt.abort(reason);
        await expect(asked).rejects.toBe(reason);
        // The table is still locked: nothing but the abort can have ended it.
        await waitFor(async () => (await atWork()).length === 0, { what: 'the server to stop' });
        await blocker.run('COMMIT');
        expect(await abortable.query('SELECT 1 FROM wanted')).toEqual([]);
        await expect(ask(attempt.signal)).rejects.toBe(reason);
        expect(await Promise.all([abortable.query('SELECT 1 AS one'), abortable.query('SELECT 1 AS one')])).toEqual([
          [{ one: 1 }],
          [{ one: 1 }],
        ]);
      },
    );

    test('when the signal aborts after the end, then the connection serves on', async () => {
      const attempt = new AbortController();
      for (const ask of Object.values(asks)) await ask(attempt.signal);
      const before = patient.totalCount;
      attempt.abort();
      expect(await abortable.query('SELECT n FROM wanted')).toHaveLength(3);
      expect([patient.totalCount, patient.idleCount]).toEqual([before, before]);
    });
  });

  describe('that are run again', () => {
    const retried: string[] = [];
    let eager: pg.Pool;
    let again: Sql;
    beforeAll(async () => {
      const url = `${database.url}?options=-c%20deadlock_timeout%3D200ms`;
      eager = openPool({ ...limits, url, name: 'sql-again', max: 2, logger: silentLogger });
      again = createSql(eager, { watch: { retried: (reason) => void retried.push(reason) } });
      await sql.query('CREATE TABLE pair (id int PRIMARY KEY, n int); INSERT INTO pair VALUES (1, 0), (2, 0)');
    });
    beforeEach(async () => {
      retried.length = 0;
      await sql.query('UPDATE pair SET n = 0');
    });
    afterAll(() => eager.end());

    const numbers = async (): Promise<readonly number[]> =>
      (await sql.query<{ readonly n: number }>('SELECT n FROM pair ORDER BY id')).map(({ n }) => n);
    /** Both begin, and neither goes on before the other has done its first step. */
    const meeting = () => {
      const both = [Promise.withResolvers<void>(), Promise.withResolvers<void>()] as const;
      return async (mine: 0 | 1): Promise<void> => {
        both[mine].resolve();
        await Promise.all(both.map(({ promise }) => promise));
      };
    };
    const endBackend = async (pid: number | undefined): Promise<void> => {
      await database.query('SELECT pg_terminate_backend($1)', [pid]);
      await waitFor(async () => (await database.query('SELECT 1 FROM pg_stat_activity WHERE pid = $1', [pid])).length === 0);
    };
    const pidOf = async (tx: Tx): Promise<number | undefined> =>
      (await tx.query<{ pid: number }>('SELECT pg_backend_pid() AS pid'))[0]?.pid;

    test('fault 12: when two transactions wait for each other, then both end as they wanted to', async () => {
      const meet = meeting();
      const add = (first: number, second: number, mine: 0 | 1): Promise<void> =>
        again.transaction(async (tx) => {
          await tx.query('UPDATE pair SET n = n + 1 WHERE id = $1', [first]);
          await meet(mine);
          await tx.query('UPDATE pair SET n = n + 1 WHERE id = $1', [second]);
        });
      await Promise.all([add(1, 2, 0), add(2, 1, 1)]);
      expect(await numbers()).toEqual([2, 2]);
      expect(new Set(retried)).toEqual(new Set(['conflict']));
    });

    test('fault 12: when two can not have run one after the other, then the second one is run again on what the first one left', async () => {
      const meet = meeting();
      const add = (mine: 0 | 1): Promise<void> =>
        again.transaction(async (tx) => {
          await tx.query('SET TRANSACTION ISOLATION LEVEL SERIALIZABLE');
          const [row] = await tx.query<{ readonly n: number }>('SELECT n FROM pair WHERE id = 1');
          await meet(mine);
          await tx.query('UPDATE pair SET n = $1 WHERE id = 1', [(row?.n ?? 0) + 1]);
        });
      await Promise.all([add(0), add(1)]);
      expect(await numbers()).toEqual([2, 0]);
      expect(new Set(retried)).toEqual(new Set(['conflict']));
    });

    test('fault 12: when a statement on its own meets a deadlock, then it is run again as well', async () => {
      const blocker = await openSession(database.url);
      await blocker.run('BEGIN; UPDATE pair SET n = n + 1 WHERE id = 2');
      const locked = `WITH one AS (UPDATE pair SET n = n + 1 WHERE id = 1 RETURNING id), two AS (
        UPDATE pair SET n = n + 1 WHERE id = 2 AND (SELECT count(*) FROM one) = 1 RETURNING id) SELECT * FROM two`;
      const waits = again.query(locked);
      await waitFor(async () => (await database.query(`SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock'`)).length > 0);
      await blocker.run(`SET deadlock_timeout = '1min'; UPDATE pair SET n = n + 1 WHERE id = 1; COMMIT`);
      await blocker.end();
      expect(await waits).toEqual([{ id: 2 }]);
      expect(await numbers()).toEqual([2, 2]);
      expect(new Set(retried)).toEqual(new Set(['conflict']));
    });

    test('when the connection is lost in the middle of an idempotent transaction, then it is run again and committed once', async () => {
      let runs = 0;
      await again.transaction(
        async (tx) => {
          runs += 1;
          await tx.query('UPDATE pair SET n = n + 1 WHERE id = 1');
          if (runs === 1) await endBackend(await pidOf(tx));
          await tx.query('UPDATE pair SET n = n + 1 WHERE id = 2');
        },
        { isIdempotent: true },
      );
      expect(runs).toBe(2);
      expect(await numbers()).toEqual([1, 1]);
      expect(retried).toEqual(['connection_lost']);
    });

    test('when the work is not declared idempotent, then the caller hears of the loss, and nothing was done twice', async () => {
      let runs = 0;
      const work = again.transaction(async (tx) => {
        runs += 1;
        await tx.query('UPDATE pair SET n = n + 1 WHERE id = 1');
        await endBackend(await pidOf(tx));
        await tx.query('UPDATE pair SET n = n + 1 WHERE id = 2');
      });
      await expect(work).rejects.toMatchObject({ code: 'DB_UNAVAILABLE', retryable: true });
      expect([runs, await numbers(), retried]).toEqual([1, [0, 0], []]);
    });

    test('when the connection was dead before anything was sent, then the work runs on another one, whatever it is', async () => {
      const [first, second] = [await eager.connect(), await eager.connect()];
      // As a server that went away unheard: the pool does not know yet.
      first.connection.stream.destroy();
      first.release();
      second.release();
      let runs = 0;
      await again.transaction(async (tx) => {
        runs += 1;
        await tx.query('UPDATE pair SET n = n + 1 WHERE id = 1');
      });
      expect([runs, await numbers()]).toEqual([1, [1, 0]]);
    });

    test('when a single statement is declared idempotent, then a lost connection is not seen by its caller', async () => {
      const lost = again.query('SELECT pg_terminate_backend(pg_backend_pid()) FROM pair WHERE id = 1');
      await expect(lost).rejects.toMatchObject({ code: 'DB_UNAVAILABLE' });
      await sql.query('CREATE SEQUENCE killed');
      // The first run ends its own connection; a sequence is not rolled back, so the second one does not.
      const kill = `SELECT CASE WHEN nextval('killed') = 1 THEN pg_terminate_backend(pg_backend_pid()) END, 7 AS seven`;
      expect(await again.query(kill, [], { isIdempotent: true })).toMatchObject([{ seven: 7 }]);
      expect(retried).toEqual(['connection_lost']);
    });

    test('when the caller has a limit of its own, then it is not kept longer, and the connection is not used again', async () => {
      await expect(again.query('SELECT pg_sleep(600)', [], { isIdempotent: true, withinMs: 100 })).rejects.toMatchObject({
        code: 'DB_UNAVAILABLE',
      });
      expect(retried).toEqual([]);
      expect(await Promise.all([again.query('SELECT 1 AS one'), again.query('SELECT 1 AS one')])).toEqual([[{ one: 1 }], [{ one: 1 }]]);
    });
  });
});
