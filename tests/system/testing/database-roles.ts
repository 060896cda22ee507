import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { REPO_ROOT, type TestDatabase } from '@otklik/testing';

type Options = { readonly database: TestDatabase; readonly secretsDir: string };
export type Roles = { readonly migrator: string; readonly app: string };

/**
 * Makes the roles of deploy/postgres/roles.sql in a database, with psql as the image does it, where psql is on the PATH;
 * else without it, its variables filled in here. Their names get an ending: roles belong to the whole server, which other
 * tests use as well.
 */
export const makeRoles = async ({ database, secretsDir }: Options): Promise<Roles> => {
  const ending = randomUUID().slice(0, 8);
  const sql = readFileSync(join(REPO_ROOT, 'deploy/postgres/roles.sql'), 'utf8')
    .replaceAll('/run/secrets', secretsDir)
    .replaceAll(/otklik_(migrator|app)\b/g, `otklik_$1_${ending}`);
  const file = join(secretsDir, 'roles.sql');
  writeFileSync(file, sql);
  const args = ['--no-psqlrc', '--quiet', '-v', 'ON_ERROR_STOP=1', '--dbname', database.url, '--file', file];
  const { error, status, stderr } = spawnSync('psql', args, { encoding: 'utf8' });
  if (error !== undefined) await database.query(withoutPsql(sql, { database, secretsDir }));
  else if (status !== 0) throw new Error(stderr);
  return { migrator: `otklik_migrator_${ending}`, app: `otklik_app_${ending}` };
};

const withoutPsql = (sql: string, { database, secretsDir }: Options): string => {
  const password = (role: string): string => readFileSync(join(secretsDir, `postgres_${role}_password`), 'utf8');
  return sql
    .replaceAll(/^\\set .*$/gm, '')
    .replaceAll(/:'(\w+)_password'/g, (_, role: string) => `'${password(role)}'`)
    .replaceAll(':"DBNAME"', `"${new URL(database.url).pathname.slice(1)}"`);
};
