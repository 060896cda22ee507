import type { Scope } from '@otklik/shared';
import { makeTempDir, runProcess, startPrivatePostgres, startPrivateRedis } from '@otklik/testing';
import pg from 'pg';
import { makeKey } from '../site/make-key.ts';

/** Nobody reads more of a process's log than its end. */
const MAX_LINES = 50;

export type Site = {
  /** The product's API, a process of its own. */
  readonly api: string;
  /** The same API, told to use a database that is not there. */
  readonly apiWithoutDatabase: string;
  readonly peer: string;
  readonly key: string;
  readonly client: pg.Client;
  readonly jobIds: readonly string[];
};

/** PostgreSQL with its durability as it comes, a Redis that writes to disk, the API, and the peer. */
export const openSite = async (scope: Scope): Promise<Site> => {
  const postgres = scope.use('postgres', await startPrivatePostgres({ settings: { fsync: 'on' } }), (it) => it.stop());
  const redis = scope.use('redis', await startPrivateRedis({ aof: true }), (it) => it.stop());
  const exports = scope.use('exports', makeTempDir(), (it) => it.remove());
  const client = scope.use('client', new pg.Client({ connectionString: postgres.url }), (it) => it.end());
  await client.connect();
  const { key, workspaceId } = await makeKey(postgres.url);
  const start = makeStart(scope);
  const env = { QUEUE_URL: redis.url, EXPORT_DIR: exports.path, PORT: '0' };
  const api = await start('apps/api/src/main.ts', { ...env, DATABASE_URL: postgres.url });
  const nowhere = 'postgresql://nobody@127.0.0.1:1/nothing';
  const apiWithoutDatabase = await start('apps/api/src/main.ts', { ...env, DATABASE_URL: nowhere, QUEUE_PREFIX: 'nothing' });
  const jobIds = await submitJobs(api, key);
  const body = await (await fetch(`${api}/v1/jobs/${jobIds[0]}`, { headers: { authorization: `Bearer ${key}` } })).text();
  const peer = await start('bench/src/api/peer-main.ts', {}, ['--database', postgres.url, '--workspace', workspaceId, '--body', body]);
  return { api, apiWithoutDatabase, peer, key, client, jobIds };
};

/** Starts a program, and tells where it listens. */
const makeStart =
  (scope: Scope) =>
  async (module: string, env: Readonly<Record<string, string>>, args: readonly string[] = []): Promise<string> => {
    const child = scope.use(module, runProcess({ module, env, args, maxLines: MAX_LINES }), (it) => it.kill());
    const line = await child.waitForLine(/listening on \d+|"api started"/);
    const port = /listening on (\d+)|127\.0\.0\.1:(\d+)/.exec(line);
    return `http://127.0.0.1:${port?.[1] ?? port?.[2] ?? ''}`;
  };

/** Jobs that callers follow: so many at once are polled for. */
const POLLED_JOBS = 100;

const submitJobs = (api: string, key: string): Promise<readonly string[]> =>
  Promise.all(
    Array.from({ length: POLLED_JOBS }, async () => {
      const answer = await fetch(`${api}/v1/jobs/parse`, {
        method: 'POST',
        headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
        body: ORDER,
      });
      const location = answer.headers.get('location');
      if (location === null) throw new Error(`A job was not accepted: ${answer.status}.`);
      return location.slice('/v1/jobs/'.length);
    }),
  );

/** What is submitted. */
export const ORDER = JSON.stringify({ target: { wall: 'severorechensk' }, labels: ['bench'] });
