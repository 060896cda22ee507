import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { REPO_ROOT, type TestDatabase, askRedis, createEmptyDatabase, startPrivateRedis } from '@otklik/testing';
import { appRules } from '../../../scripts/lib/server-secrets.mjs';
import type { Stores } from './product-under-test.ts';

export type SecuredStores = Stores & {
  /** As the superuser, for looking behind the product's back. */
  readonly database: TestDatabase;
  readonly migratorUrl: string;
  /** A command to the queue's Redis as the application's user; the answer, or the words of the refusal. */
  askQueue(command: readonly string[]): Promise<string>;
  close(): Promise<void>;
};

/** An empty database and a Redis with the roles and rights that docker-compose.yml gives them. */
export const openSecuredStores = async (): Promise<SecuredStores> => {
  const database = await createEmptyDatabase();
  const [migrator, app, password] = [newName('migrator'), newName('app'), randomUUID()];
  const redis = await startPrivateRedis({ user: { name: 'otklik', rules: appRules(password) } });
  const queueUrl = as(redis.url, 'otklik', password);
  await database.query(rolesSql({ migrator, app, password, database: new URL(database.url).pathname.slice(1) }));
  return {
    database,
    databaseUrl: as(database.url, app, password),
    migratorUrl: as(database.url, migrator, password),
    queueUrl,
    askQueue: (command) => askRedis(queueUrl, command),
    close: async () => {
      await redis.stop();
      await database.drop();
    },
  };
};

/** Roles belong to the whole server, which other tests use as well. */
const newName = (role: string): string => `${role}_${randomUUID().slice(0, 8)}`;

type Names = { readonly migrator: string; readonly app: string; readonly password: string; readonly database: string };

/** deploy/postgres/roles.sql without psql, which fills in its variables. */
const rolesSql = ({ migrator, app, password, database }: Names): string =>
  readFileSync(join(REPO_ROOT, 'deploy/postgres/roles.sql'), 'utf8')
    .replaceAll(/^\\set .*$/gm, '')
    .replaceAll(/:'(migrator|app)_password'/g, `'${password}'`)
    .replaceAll(':"DBNAME"', `"${database}"`)
    .replaceAll('otklik_migrator', migrator)
    .replaceAll('otklik_app', app);

const as = (url: string, user: string, password: string): string => {
  const found = new URL(url);
  found.username = user;
  found.password = password;
  return found.href;
};
