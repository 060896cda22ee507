import { randomUUID } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { REPO_ROOT, type TestDatabase, askRedis, createEmptyDatabase, makeTempDir, startPrivateRedis } from '@otklik/testing';
import { makeSecrets } from '../../../scripts/lib/server-secrets.mjs';
import { readComposeFile } from '../../deploy/testing/compose-file.ts';
import type { Stores } from './product-under-test.ts';

export type SecuredStores = Stores & {
  /** As the superuser, for looking behind the product's back. */
  readonly database: TestDatabase;
  readonly migratorUrl: string;
  /** A command to the queue's Redis as the application's user; the answer, or the words of the refusal. */
  askQueue(command: readonly string[]): Promise<string>;
  close(): Promise<void>;
};

/** An empty database with the roles of docker-compose.yml, and a Redis with its command line and its users. */
export const openSecuredStores = async (): Promise<SecuredStores> => {
  const secrets = makeSecrets();
  const database = await createEmptyDatabase();
  const [migrator, app] = [newName('migrator'), newName('app')];
  const { postgres_migrator_password: migratorPassword, postgres_app_password: appPassword } = secrets;
  await database.query(rolesSql({ migrator, app, migratorPassword, appPassword, database: new URL(database.url).pathname.slice(1) }));
  const files = makeTempDir();
  const aclFile = join(files.path, 'acl');
  writeFileSync(aclFile, secrets.redis_queue_acl);
  const [, ...args] = readComposeFile().services['redis-queue']?.command ?? [];
  const redis = await startPrivateRedis({ aof: true, args: args.map((arg) => arg.replace('/run/secrets/redis_queue_acl', aclFile)) });
  const queueUrl = secrets.queue_url.replace('redis-queue:6379', `127.0.0.1:${redis.port}`);
  return {
    database,
    databaseUrl: as(database.url, app, appPassword),
    migratorUrl: as(database.url, migrator, migratorPassword),
    queueUrl,
    askQueue: (command) => askRedis(queueUrl, command),
    close: async () => {
      await redis.stop();
      await database.drop();
      files.remove();
    },
  };
};

/** Roles belong to the whole server, which other tests use as well. */
const newName = (role: string): string => `${role}_${randomUUID().slice(0, 8)}`;

type Names = {
  readonly migrator: string;
  readonly app: string;
  readonly migratorPassword: string;
  readonly appPassword: string;
  readonly database: string;
};

/** deploy/postgres/roles.sql without psql, which fills in its variables. */
const rolesSql = ({ migrator, app, migratorPassword, appPassword, database }: Names): string =>
  readFileSync(join(REPO_ROOT, 'deploy/postgres/roles.sql'), 'utf8')
    .replaceAll(/^\\set .*$/gm, '')
    .replaceAll(":'migrator_password'", `'${migratorPassword}'`)
    .replaceAll(":'app_password'", `'${appPassword}'`)
    .replaceAll(':"DBNAME"', `"${database}"`)
    .replaceAll('otklik_migrator', migrator)
    .replaceAll('otklik_app', app);

const as = (url: string, user: string, password: string): string => {
  const found = new URL(url);
  found.username = user;
  found.password = password;
  return found.href;
};
