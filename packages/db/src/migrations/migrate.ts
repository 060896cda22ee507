import { createHash, randomUUID } from 'node:crypto';
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ConfigError, DatabaseError, type Logger, silentLogger } from '@otklik/shared';
import pg from 'pg';
import { toDatabaseError } from '../database-errors.ts';

/** `prisma/migrations` at the root, from the sources as from the build. */
export const MIGRATIONS_DIR = fileURLToPath(new URL('../../../../prisma/migrations', import.meta.url));

/** The number that Prisma's own engine locks while it migrates, so that the two exclude each other. */
const PRISMA_LOCK = 72_707_369;

const TABLE = `
CREATE TABLE IF NOT EXISTS _prisma_migrations (
  id VARCHAR(36) PRIMARY KEY, checksum VARCHAR(64) NOT NULL, finished_at TIMESTAMPTZ, migration_name VARCHAR(255) NOT NULL,
  logs TEXT, rolled_back_at TIMESTAMPTZ, started_at TIMESTAMPTZ NOT NULL DEFAULT now(), applied_steps_count INTEGER NOT NULL DEFAULT 0
)`;

const RECORD = `
INSERT INTO _prisma_migrations (id, checksum, migration_name, started_at, finished_at, applied_steps_count)
VALUES ($1, $2, $3, now(), now(), 1)`;

type Migration = { readonly name: string; readonly sql: string; readonly checksum: string };

export type MigrateOptions = {
  readonly url: string;
  /** Default: the migrations of this product. */
  readonly dir?: string;
  readonly logger?: Logger;
};

/**
 * Brings the database up to date and returns the names of what it applied. Keeps Prisma's own table and checksums, so
 * that `prisma migrate deploy` may be used as well; any number of these may run at once, one of them works. Throws
 * ConfigError when an applied migration was edited afterwards or one of Prisma's is half done, DatabaseError with the
 * name of the migration when one fails: that one leaves nothing behind, those before it stay.
 */
export const migrate = async ({ url, dir = MIGRATIONS_DIR, logger = silentLogger }: MigrateOptions): Promise<readonly string[]> => {
  const migrations = await readMigrations(dir);
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000, application_name: 'otklik-migrate' });
  // The statement that is under way says so; without a listener the loss of the connection would end the process.
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query('SELECT pg_advisory_lock($1)', [PRISMA_LOCK]);
    await client.query(TABLE);
    const pending = await findPending(client, migrations);
    for (const migration of pending) {
      await apply(client, migration);
      logger.info('migration applied', { migration: migration.name });
    }
    return pending.map(({ name }) => name);
  } catch (thrown) {
    throw toDatabaseError(thrown);
  } finally {
    await client.end().catch(() => undefined);
  }
};

const readMigrations = async (dir: string): Promise<readonly Migration[]> => {
  const entries = await readdir(dir, { withFileTypes: true });
  const names = entries
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .toSorted();
  return Promise.all(
    names.map(async (name) => {
      const sql = await readFile(join(dir, name, 'migration.sql'), 'utf8');
      return { name, sql, checksum: createHash('sha256').update(sql).digest('hex') };
    }),
  );
};

const findPending = async (client: pg.Client, migrations: readonly Migration[]): Promise<readonly Migration[]> => {
  const { rows } = await client.query<{ name: string; checksum: string; finished: boolean }>(
    `SELECT migration_name AS name, checksum, finished_at IS NOT NULL AS finished FROM _prisma_migrations WHERE rolled_back_at IS NULL`,
  );
  const halfDone = rows.find(({ finished }) => !finished);
  if (halfDone !== undefined)
    throw new ConfigError(`Migration ${halfDone.name} was begun by Prisma and did not end. Settle it with "prisma migrate resolve" first.`);
  const applied = new Map(rows.map(({ name, checksum }) => [name, checksum]));
  for (const { name, checksum } of migrations) {
    const before = applied.get(name);
    if (before !== undefined && before !== checksum)
      throw new ConfigError(`Migration ${name} was changed after it had been applied. Restore it and add a new one.`);
  }
  return migrations.filter(({ name }) => !applied.has(name));
};

const apply = async (client: pg.Client, { name, sql, checksum }: Migration): Promise<void> => {
  await client.query('BEGIN');
  try {
    // A migration that waits for a lock makes everybody behind it wait as well: better to fail and try again.
    await client.query(`SET LOCAL lock_timeout = '2s'`);
    await client.query(sql);
    await client.query(RECORD, [randomUUID(), checksum, name]);
    await client.query('COMMIT');
  } catch (thrown) {
    await client.query('ROLLBACK').catch(() => undefined);
    throw toMigrationError(name, thrown);
  }
};

const toMigrationError = (name: string, thrown: unknown): unknown => {
  const error = toDatabaseError(thrown);
  if (!(error instanceof DatabaseError)) return error;
  const advice = error.retryable ? 'Run it again.' : 'Correct what the cause says, then run it again.';
  return new DatabaseError(error.code, `Migration ${name} failed and left nothing behind. ${advice}`, {
    cause: thrown,
    context: { ...error.context, migration: name },
  });
};
