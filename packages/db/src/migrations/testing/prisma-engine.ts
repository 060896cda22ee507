import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PrismaPg } from '@prisma/adapter-pg';
import {
  ColumnTypeEnum,
  type SqlMigrationAwareDriverAdapterFactory,
  bindMigrationAwareSqlAdapterFactory,
} from '@prisma/driver-adapter-utils';
import { SchemaEngine } from '@prisma/schema-engine-wasm';

const PRISMA_DIR = fileURLToPath(new URL('../../../../../prisma', import.meta.url));
const NO_FILTERS = { externalTables: [], externalEnums: [] };

type Question = {
  readonly url: string;
  readonly schema: string;
  readonly migrations: readonly { readonly name: string; readonly sql: string }[];
};

/**
 * Prisma's own schema engine on a database: a second opinion about our schema and our runner of migrations. `diff` says in
 * words what would make the database what the schema says, and is empty when it is; `history` is Prisma's diagnosis.
 */
export const askPrismaEngine = async ({
  url,
  schema,
  migrations,
}: Question): Promise<{ readonly diff: string; readonly history: unknown }> => {
  const files = [{ path: 'schema.prisma', content: schema }];
  const adapter = bindMigrationAwareSqlAdapterFactory(readingChars(new PrismaPg({ connectionString: url })));
  const opened = await SchemaEngine.new({ datamodels: [['schema.prisma', schema]] }, () => undefined, adapter);
  const { exitCode, stdout } = await opened.diff({
    from: { tag: 'schemaDatasource', files, configDir: PRISMA_DIR },
    to: { tag: 'schemaDatamodel', files },
    script: false,
    exitCode: true,
    filters: NO_FILTERS,
  });
  const history: unknown = await opened.diagnoseMigrationHistory({
    migrationsList: {
      baseDir: join(PRISMA_DIR, 'migrations'),
      lockfile: { path: 'migration_lock.toml', content: 'provider = "postgresql"' },
      shadowDbInitScript: '',
      migrationDirectories: migrations.map(({ name, sql }) => ({
        path: name,
        migrationFile: { path: 'migration.sql', content: { tag: 'ok', value: sql } },
      })),
    },
    optInToShadowDatabase: false,
    filters: NO_FILTERS,
  });
  return { diff: exitCode === 0 ? '' : (stdout ?? 'some difference'), history };
};

/** Columns of PostgreSQL's internal type "char" that the engine reads: in its SQL, and by name in the result. */
const CHARS = [
  ['constr.contype AS constraint_type', 'constr.contype::text AS constraint_type', 'constraint_type'],
  ['con.confdeltype,', 'con.confdeltype::text AS confdeltype,', 'confdeltype'],
  ['con.confupdtype,', 'con.confupdtype::text AS confupdtype,', 'confupdtype'],
] as const;

/** The adapter refuses that type (its number is 18): it is asked for as text and handed on as a character. */
const readingChars = (factory: PrismaPg): SqlMigrationAwareDriverAdapterFactory => ({
  provider: factory.provider,
  adapterName: factory.adapterName,
  connectToShadowDb: () => factory.connectToShadowDb(),
  connect: async () => {
    const adapter = await factory.connect();
    const queryRaw = adapter.queryRaw.bind(adapter);
    return Object.assign(adapter, {
      queryRaw: async (query: Parameters<typeof queryRaw>[0]) => {
        const result = await queryRaw({ ...query, sql: CHARS.reduce((sql, [now, then]) => sql.replace(now, then), query.sql) });
        const isChar = (at: number): boolean => CHARS.some(([, , name]) => name === result.columnNames[at]);
        return { ...result, columnTypes: result.columnTypes.map((type, at) => (isChar(at) ? ColumnTypeEnum.Character : type)) };
      },
    });
  },
});
