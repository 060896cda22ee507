import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { jobEventKinds } from '@otklik/contracts';
import { newId, silentLogger } from '@otklik/shared';
import { type TestDatabase, createTestDatabase, deep, runSeed } from '@otklik/testing';
import type pg from 'pg';
import { openPool } from '../pools.ts';
import { type Sql, createSql } from '../sql.ts';
import { createJobMoves } from './job-moves.ts';
import { checkLifecycle } from './testing/lifecycle-check.ts';
import { endKinds, pauseKinds, sweepKinds, timeKinds } from './testing/lifecycle-commands.ts';
import { type Mutant, mutants, mutate, seedFor } from './testing/lifecycle-mutants.ts';
import { createLifecycleSystem } from './testing/lifecycle-system.ts';

describe('the moves of a job', () => {
  let database: TestDatabase;
  let pool: pg.Pool;
  let sql: Sql;
  let workspaceId: string;

  beforeAll(async () => {
    database = await createTestDatabase();
    const timing = { connectionTimeoutMs: 5_000, statementTimeoutMs: 20_000, idleInTransactionTimeoutMs: 20_000 };
    pool = openPool({ ...timing, url: database.url, name: 'test', max: 2, logger: silentLogger });
    sql = createSql(pool);
    workspaceId = newId();
    await sql.query('INSERT INTO workspace (id, name) VALUES ($1, $2)', [workspaceId, 'test']);
  });

  afterAll(async () => {
    await pool.end();
    await database.drop();
  });

  const system = (mutant?: Mutant) => {
    const moves = createJobMoves(mutant === undefined ? sql : mutate(sql, mutant));
    return createLifecycleSystem({ moves, sql, workspaceId });
  };

  test('when anything happens in any order, then the database moves exactly as the table says, no row is left without a next mover, and its events tell it all', async () => {
    const { failure, effects, told } = await checkLifecycle(system(), { runs: deep(40, 1_500), seed: 8 + runSeed() });
    expect(failure).toBeNull();
    // A walk that never makes a move proves nothing about it.
    for (const kind of [
      ...endKinds,
      ...sweepKinds,
      ...pauseKinds,
      ...timeKinds,
      'start',
      'heartbeat',
      'cancel',
      'requeueLost',
      'release',
      'standBack',
      'together',
    ])
      if (kind !== 'settle') expect([kind, effects.get(kind) ?? 0]).not.toEqual([kind, 0]);
    expect(jobEventKinds.filter((kind) => !told.has(kind))).toEqual([]);
  });

  test.each(mutants.map((mutant) => [mutant.name, mutant] as const))(
    'when the table is wrong by one move (%s), then that is noticed',
    async (_name, mutant) => {
      const { failure } = await checkLifecycle(system(mutant), { runs: 200, seed: seedFor(mutant) });
      expect(failure).not.toBeNull();
    },
  );
});
