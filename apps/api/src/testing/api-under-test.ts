import type { Scope } from '@otklik/contracts';
import { makeCreateKey } from '@otklik/core';
import { type Database, openDatabase } from '@otklik/db';
import { createKeyring, newId, silentLogger } from '@otklik/shared';
import { type TempDir, type TestDatabase, createTestDatabase, makeTempDir } from '@otklik/testing';
import type { Route } from '../http/route.ts';
import type { ApiConfig } from '../config.ts';
import { type ApiOptions, startApi } from '../start-api.ts';
import { openCheckedFront } from './checked-front.ts';

export type ApiUnderTest = {
  /** Answers that are not as documented come as 599 with what is wrong, and make `close` fail. */
  readonly url: string;
  readonly routes: readonly Route[];
  readonly db: Database;
  readonly database: TestDatabase;
  /** A key of a workspace that is made when there is none. */
  key(scopes?: readonly Scope[], workspace?: string): Promise<string>;
  close(): Promise<void>;
};

type Options = Partial<ApiOptions> &
  Partial<Pick<ApiConfig, 'board' | 'cache' | 'queue' | 'drainDelayMs' | 'keyring' | 'vk' | 'wallCheck'>>;

/** No test asks VK by accident. */
const NOWHERE = { baseUrl: 'http://127.0.0.1:1', wall: 'apiclub' };
const KEYRING = createKeyring([{ id: 'test', key: Buffer.alloc(32, 7) }]);

/** An API on a database of its own; nobody works on its jobs. Its queue is in there too, unless another one is given. */
export const startApiUnderTest = async ({
  logger = silentLogger,
  board,
  cache,
  queue,
  drainDelayMs,
  keyring = KEYRING,
  vk = NOWHERE,
  wallCheck,
  ...options
}: Options = {}): Promise<ApiUnderTest> => {
  const database = await createTestDatabase();
  const exportDir: TempDir = makeTempDir();
  const stores = { database: { url: database.url, poolMax: 4 }, queue: queue ?? { url: database.url, prefix: 'otklik' } };
  const api = await startApi(
    {
      ...stores,
      exportDir: exportDir.path,
      keyring,
      vk,
      http: { host: '127.0.0.1', port: 0 },
      logLevel: 'error',
      ...(board && { board }),
      ...(cache && { cache }),
      ...(wallCheck && { wallCheck }),
      ...(drainDelayMs !== undefined && { drainDelayMs }),
    },
    { logger, ...options },
  );
  const front = await openCheckedFront(api.url);
  const db = openDatabase({ url: database.url, name: 'test', poolMax: 2, logger: silentLogger });
  const createKey = makeCreateKey({ keys: db.keys, workspaces: db.workspaces, newId });
  return {
    url: front.url,
    routes: api.routes,
    db,
    database,
    key: async (scopes = ['admin'], workspace = 'test') => (await createKey({ workspace, name: 'test', scopes })).text,
    close: async () => {
      await api.close();
      await db.close();
      await database.drop();
      exportDir.remove();
      await front.close();
    },
  };
};
