import { PrismaPg } from '@prisma/adapter-pg';
import type { JobMoves, JobReads, QueueDepth, QueuePauses, WorkerRegistry } from '@otklik/contracts';
import type { Logger } from '@otklik/shared';
import { type CollectedData, createCollectedData } from './data/collected-data.ts';
import { PrismaClient } from './generated/prisma/client.ts';
import { createJobMoves } from './jobs/job-moves.ts';
import { makeQueueDepths } from './jobs/queue-depths.ts';
import { createJobReads } from './jobs/job-reads.ts';
import { type KeyStore, type WorkspaceStore, createKeyStore, createWorkspaceStore } from './keys/key-store.ts';
import { createLongReads } from './long-reads.ts';
import { makePendingMigrations } from './migrations/pending-migrations.ts';
import { createQueuePauses } from './operations/queue-pauses.ts';
import { createWorkerRegistry } from './operations/worker-registry.ts';
import { openPool } from './pools.ts';
import { type QueueEpochStore, createQueueEpochStore } from './queue-epoch-store.ts';
import { makeWithReconcilerLock } from './reconciler-lock.ts';
import { createSql } from './sql.ts';

export type DatabaseOptions = {
  readonly url: string;
  /** For session locks, where `url` leads through a pooler. Default: `url`. */
  readonly directUrl?: string;
  /** Shown in `pg_stat_activity`. */
  readonly name: string;
  /** Connections for requests and jobs. */
  readonly poolMax: number;
  /** Connections for long reads and as many for exports, beside `poolMax`; more reads than that wait for each other. Default 4. */
  readonly streamPoolMax?: number;
  /** Connections for the movers of jobs, so that a busy process can't starve them. Default 2. */
  readonly moverPoolMax?: number;
  /** Default 5 s: what a request may wait for. */
  readonly statementTimeoutMs?: number;
  /** How long to wait for a connection. Default 2 s. */
  readonly connectionTimeoutMs?: number;
  readonly logger: Logger;
};

/** All of PostgreSQL that the product uses. Every method throws DatabaseError when it can't answer. */
export type Database = CollectedData & {
  readonly jobs: JobMoves & JobReads;
  /** The same moves on the pool of the movers. */
  readonly mover: JobMoves;
  readonly keys: KeyStore;
  readonly workspaces: WorkspaceStore;
  readonly queueEpoch: QueueEpochStore;
  readonly queuePauses: QueuePauses;
  readonly workers: WorkerRegistry;
  withReconcilerLock(round: () => Promise<void>): Promise<void>;
  /** What is to be done, per type and priority, in all workspaces. */
  queueDepths(): Promise<readonly QueueDepth[]>;
  /** Names of the migrations that the database lacks: empty when it is ready to be used. */
  pendingMigrations(): Promise<readonly string[]>;
  close(): Promise<void>;
};

/** Opens the pools. Nothing connects before the first statement. */
export const openDatabase = (options: DatabaseOptions): Database => {
  const { url, name, logger, connectionTimeoutMs = 2_000, statementTimeoutMs = 5_000, streamPoolMax = 4 } = options;
  const common = { url, logger, connectionTimeoutMs };
  const pool = openPool({ ...common, name, max: options.poolMax, statementTimeoutMs, idleInTransactionTimeoutMs: 10_000 });
  const movers = openPool({
    ...common,
    name: `${name}-mover`,
    max: options.moverPoolMax ?? 2,
    statementTimeoutMs: 10_000,
    idleInTransactionTimeoutMs: 10_000,
  });
  const unlimited = { ...common, max: streamPoolMax, statementTimeoutMs: 0, idleInTransactionTimeoutMs: 0 };
  const streams = openPool({ ...unlimited, name: `${name}-stream` });
  const exports = openPool({ ...unlimited, name: `${name}-export` });
  // The same pool, so that its time-outs hold here as well.
  const prisma = new PrismaClient({ adapter: new PrismaPg(pool), errorFormat: 'minimal' });
  const sql = createSql(pool);
  const moverSql = createSql(movers);
  const reads = createLongReads({ pool: streams, max: streamPoolMax, canceller: moverSql });
  const exportReads = createLongReads({ pool: exports, max: streamPoolMax, canceller: moverSql });

  return {
    jobs: { ...createJobMoves(sql), ...createJobReads(sql) },
    mover: createJobMoves(moverSql),
    keys: createKeyStore(prisma),
    workspaces: createWorkspaceStore(prisma),
    ...createCollectedData({ sql, reads, exportReads, prisma }),
    queueEpoch: createQueueEpochStore(moverSql),
    queuePauses: createQueuePauses(sql),
    workers: createWorkerRegistry(moverSql),
    withReconcilerLock: makeWithReconcilerLock({ url: options.directUrl ?? url, connectionTimeoutMs }),
    queueDepths: makeQueueDepths({ sql: moverSql }),
    pendingMigrations: makePendingMigrations({ sql }),
    close: async () => {
      await prisma.$disconnect();
      await Promise.all([pool.end(), movers.end(), streams.end(), exports.end()]);
    },
  };
};
