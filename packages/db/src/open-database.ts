import { PrismaPg } from '@prisma/adapter-pg';
import type {
  JobLogStore,
  JobMoves,
  JobReads,
  QueueDepth,
  QueuePauses,
  QueueSettings,
  Signals,
  RetentionStore,
  StatsReads,
  VkTokenStore,
  TargetLists,
  WorkerRegistry,
} from '@otklik/contracts';
import { type Logger, type Metrics, asideFrom, noMetrics, withDeadline } from '@otklik/shared';
import type { Pool } from 'pg';
import { type CollectedData, createCollectedData } from './data/collected-data.ts';
import { PrismaClient } from './generated/prisma/client.ts';
import { createJobLogStore } from './jobs/job-log.ts';
import { createJobMoves } from './jobs/job-moves.ts';
import { makeQueueDepths } from './jobs/queue-depths.ts';
import { createJobReads } from './jobs/job-reads.ts';
import { createRetentionStore } from './jobs/retention-store.ts';
import { type KeyStore, type WorkspaceStore, createKeyStore, createWorkspaceStore } from './keys/key-store.ts';
import { createDatabaseWatch } from './database-watch.ts';
import { type Leadership, type LeadershipTiming, openLeadership } from './leadership.ts';
import { createLongReads } from './long-reads.ts';
import { makePendingMigrations } from './migrations/pending-migrations.ts';
import { createQueuePauses } from './operations/queue-pauses.ts';
import { createQueueSettings } from './operations/queue-settings.ts';
import { createWorkerRegistry } from './operations/worker-registry.ts';
import { type PoolLimits, type PoolRole, type ProcessKind, poolLimits, poolRoles } from './pool-limits.ts';
import { openPool } from './pools.ts';
import { type QueueEpochStore, createQueueEpochStore } from './queue-epoch-store.ts';
import { createSignals } from './signals/signals.ts';
import { createSql } from './sql.ts';
import { createStatsReads } from './stats/stats-reads.ts';
import { createVkTokenStore } from './tokens/vk-token-store.ts';
import { createTargetLists } from './targets/target-lists.ts';

export type DatabaseOptions = {
  readonly url: string;
  /** For session locks and signals, where `url` leads through a pooler: no statement is prepared there then. Default: `url`. */
  readonly directUrl?: string;
  /** Shown in `pg_stat_activity`. */
  readonly name: string;
  /** Which column of `poolLimits` holds. Default `api`. */
  readonly process?: ProcessKind;
  /** Connections for requests and jobs. */
  readonly poolMax?: number;
  /** Connections for long reads and as many for exports, beside `poolMax`; more reads than that wait for each other. */
  readonly streamPoolMax?: number;
  /** What a request or a step of a job may wait for. */
  readonly statementTimeoutMs?: number;
  /** Statements that take longer are logged and counted. Default 500. */
  readonly slowMs?: number;
  readonly logger: Logger;
  /** Default: nothing is counted. */
  readonly metrics?: Metrics;
};

export type LeadOptions = {
  /** Told when this process got the lead. */
  readonly onElected: () => void;
  /** Tests shorten it; operators have no reason to. */
  readonly timing?: LeadershipTiming;
};

/** All of PostgreSQL that the product uses. Every method throws DatabaseError when it can't answer. */
export type Database = CollectedData & {
  readonly jobs: JobMoves & JobReads;
  /** The same moves on the pool of the movers. */
  readonly mover: JobMoves;
  readonly jobLog: JobLogStore;
  readonly keys: KeyStore;
  readonly workspaces: WorkspaceStore;
  readonly vkTokens: VkTokenStore;
  /** Deletes what is old. */
  readonly retention: RetentionStore;
  readonly queueEpoch: QueueEpochStore;
  readonly queuePauses: QueuePauses;
  readonly queueSettings: QueueSettings;
  readonly workers: WorkerRegistry;
  /** Of all processes of this database. */
  readonly signals: Signals;
  /** Stands for the lead of repairs, on a connection past any pooler. */
  openLeadership(options: LeadOptions): Leadership;
  readonly stats: StatsReads;
  readonly targetLists: TargetLists;
  /** What is to be done, per type and priority, in all workspaces. */
  queueDepths(): Promise<readonly QueueDepth[]>;
  /** Names of the migrations that the database lacks: empty when it is ready to be used. */
  pendingMigrations(): Promise<readonly string[]>;
  /** Of PostgreSQL. */
  version(): Promise<string>;
  /** How many connections this may open at once: those of all pools, one that listens, and in a worker one for the lead of the reconciler. */
  readonly maxConnections: number;
  close(): Promise<void>;
};

/** Opens the pools. Nothing connects before the first statement. */
export const openDatabase = (options: DatabaseOptions): Database => {
  const { url, metrics = noMetrics, slowMs = 500 } = options;
  const logger = asideFrom(options.logger);
  const limits = limitsOf(options);
  const watch = createDatabaseWatch({ metrics, logger, slowMs });
  const watches = mapRoles((role) => watch.of(role, limits[role]));
  const pools = mapRoles((role) => openPool({ ...limits[role], url, name: `${options.name}-${role}`, logger, watch: watches[role] }));
  watch.tellPools(pools);
  // The same pool, so that its time-outs hold here as well.
  const prisma = new PrismaClient({ adapter: new PrismaPg(pools.requests), errorFormat: 'minimal' });
  // Whoever names a way around a pooler has one, and that may forget what a connection has prepared.
  const prepares = options.directUrl === undefined;
  const moverSql = createSql(pools.movers, { watch: watches.movers, prepares });
  const sql = createSql(pools.requests, { watch: watches.requests, canceller: moverSql, prepares });
  const reads = createLongReads({ pool: pools.reads, max: limits.reads.max, canceller: moverSql });
  const exportReads = createLongReads({ pool: pools.exports, max: limits.exports.max, canceller: moverSql });
  const directUrl = options.directUrl ?? url;
  const signals = createSignals({ url: directUrl, name: `${options.name}-signals`, logger, metrics });

  return {
    jobs: { ...createJobMoves(sql), ...createJobReads(sql) },
    mover: createJobMoves(moverSql),
    jobLog: createJobLogStore(sql),
    keys: createKeyStore(prisma),
    workspaces: createWorkspaceStore(prisma),
    vkTokens: createVkTokenStore(sql),
    ...createCollectedData({ sql, reads, exportReads, prisma }),
    retention: createRetentionStore(moverSql),
    queueEpoch: createQueueEpochStore(moverSql),
    queuePauses: createQueuePauses(sql),
    queueSettings: createQueueSettings(sql),
    workers: createWorkerRegistry(moverSql),
    signals,
    openLeadership: (lead) => openLeadership({ url: directUrl, logger, ...lead }),
    queueDepths: makeQueueDepths({ sql: moverSql }),
    stats: createStatsReads(sql),
    targetLists: createTargetLists(sql),
    pendingMigrations: makePendingMigrations({ sql }),
    version: async () =>
      (await sql.query<{ version: string }>(`SELECT current_setting('server_version') AS version`))[0]?.version ?? 'unknown',
    maxConnections: poolRoles.reduce((sum, role) => sum + limits[role].max, options.process === 'worker' ? 2 : 1),
    close: () =>
      withDeadline(
        endAll(async () => {
          await signals.close();
          await prisma.$disconnect();
        }, pools),
        CLOSING_MS,
        'Closing the database',
      ),
  };
};

/** A pool waits for every connection that is in use, and PostgreSQL may be frozen. */
const CLOSING_MS = 2_000;

const endAll = async (first: () => Promise<void>, pools: Readonly<Record<PoolRole, Pool>>): Promise<void> => {
  await first();
  await Promise.all(poolRoles.map((role) => pools[role].end()));
};

/** The table of limits with what the operator said. */
const limitsOf = ({ process = 'api', poolMax, streamPoolMax, statementTimeoutMs }: DatabaseOptions): Record<PoolRole, PoolLimits> => {
  const { requests, movers, reads, exports } = poolLimits[process];
  return {
    requests: { ...requests, max: poolMax ?? requests.max, statementTimeoutMs: statementTimeoutMs ?? requests.statementTimeoutMs },
    movers,
    reads: { ...reads, max: streamPoolMax ?? reads.max },
    exports: { ...exports, max: streamPoolMax ?? exports.max },
  };
};

const mapRoles = <T>(make: (role: PoolRole) => T): Record<PoolRole, T> => ({
  requests: make('requests'),
  movers: make('movers'),
  reads: make('reads'),
  exports: make('exports'),
});
