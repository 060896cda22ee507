import { readdir } from 'node:fs/promises';
import { DatabaseError } from '@otklik/shared';
import type { Sql } from '../sql.ts';
import { MIGRATIONS_DIR } from './migrate.ts';

const APPLIED = `SELECT migration_name AS name FROM _prisma_migrations WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL`;
const UNDEFINED_TABLE = '42P01';

/** Names of the migrations that this database lacks, in order. Throws DatabaseError when it can't be asked. */
export const makePendingMigrations =
  ({ sql, dir = MIGRATIONS_DIR }: { readonly sql: Pick<Sql, 'query'>; readonly dir?: string }) =>
  async (): Promise<readonly string[]> => {
    const entries = await readdir(dir, { withFileTypes: true });
    const applied = await sql.query<{ readonly name: string }>(APPLIED).catch((thrown: unknown) => {
      if (thrown instanceof DatabaseError && thrown.context['sqlState'] === UNDEFINED_TABLE) return [];
      throw thrown;
    });
    const known = new Set(applied.map(({ name }) => name));
    const names = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
    return names.filter((name) => !known.has(name)).toSorted();
  };
