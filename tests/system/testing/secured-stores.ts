import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type PrivateRedis, type TestDatabase, askRedis, createEmptyDatabase, makeTempDir, startPrivateRedis } from '@otklik/testing';
import { makeSecrets } from '../../../scripts/lib/server-secrets.mjs';
import { readComposeFile } from '../../deploy/testing/compose-file.ts';
import { makeRoles } from './database-roles.ts';
import type { Stores } from './product-under-test.ts';

export type SecuredStores = Stores & {
  /** As the superuser, for looking behind the product's back. */
  readonly database: TestDatabase;
  readonly migratorUrl: string;
  readonly cacheUrl: string;
  /** A command to the queue's Redis as the application's user; the answer, or the words of the refusal. */
  askQueue(command: readonly string[]): Promise<string>;
  close(): Promise<void>;
};

/** An empty database with the roles of docker-compose.yml, and its two Redis with their command lines and users. */
export const openSecuredStores = async (): Promise<SecuredStores> => {
  const secrets = makeSecrets();
  const files = makeTempDir();
  for (const [name, secret] of Object.entries(secrets)) writeFileSync(join(files.path, name), secret);
  const database = await createEmptyDatabase();
  const roles = await makeRoles({ database, secretsDir: files.path });
  const queue = await startRedis('redis-queue', files.path);
  const cache = await startRedis('redis-cache', files.path);
  const queueUrl = secrets.queue_url.replace('redis-queue:6379', `127.0.0.1:${queue.port}`);
  return {
    database,
    databaseUrl: as(database.url, roles.app, secrets.postgres_app_password),
    migratorUrl: as(database.url, roles.migrator, secrets.postgres_migrator_password),
    queueUrl,
    cacheUrl: secrets.cache_url.replace('redis-cache:6379', `127.0.0.1:${cache.port}`),
    askQueue: (command) => askRedis(queueUrl, command),
    close: async () => {
      await queue.stop();
      await cache.stop();
      await database.drop();
      files.remove();
    },
  };
};

const startRedis = (service: string, secretsDir: string): Promise<PrivateRedis> => {
  const [, ...args] = readComposeFile().services[service]?.command ?? [];
  return startPrivateRedis({ args: args.map((arg) => arg.replace('/run/secrets', secretsDir)) });
};

const as = (url: string, user: string, password: string): string => {
  const found = new URL(url);
  found.username = user;
  found.password = password;
  return found.href;
};
