import { join } from 'node:path';
import { migrate } from '@otklik/db';
import type { Scope } from '@otklik/shared';
import { askRedis, makeTempDir, startPrivatePostgres, startPrivateRedis, waitFor } from '@otklik/testing';
import pg from 'pg';
import { makeKey } from '../site/make-key.ts';
import { fillFinishedJobs } from './fill-finished-jobs.ts';
import { startAfresh } from './job-tables.ts';
import { NOOP_PAYLOAD, NOOP_RESULT } from './noop-parse.ts';

/** A database of the product. */
export type ProductDatabase = {
  readonly url: string;
  readonly client: pg.Client;
  readonly workspaceId: string;
  readonly key: string;
};

export type Site = {
  readonly redisUrl: string;
  /** Without any job before each measurement. */
  readonly fresh: ProductDatabase;
  /** With a million finished ones. */
  readonly aged: ProductDatabase;
  /** Of the peers. */
  readonly peersUrl: string;
  /** A file for the log of a process. */
  logFile(name: string): string;
  /** Brings everything to the same state again: nothing queued, no jobs but the finished ones, nothing left to write out. */
  startAfresh(): Promise<void>;
};

/** Jobs that are done already in the database that has aged. */
export const FINISHED_JOBS = 1_000_000;

/** One PostgreSQL with its durability as it comes, with three databases, and one Redis that writes to disk. */
export const openSite = async (scope: Scope, note: (line: string) => void): Promise<Site> => {
  const postgres = scope.use('postgres', await startPrivatePostgres({ settings: { fsync: 'on' } }), (it) => it.stop());
  const redis = scope.use('redis', await startPrivateRedis({ aof: true }), (it) => it.stop());
  const logs = scope.use('logs', makeTempDir(), (it) => it.remove());
  const connect = async (url: string): Promise<pg.Client> => {
    const client = scope.use('client', new pg.Client({ connectionString: url }), (it) => it.end());
    await client.connect();
    return client;
  };
  const openProduct = async (url: string): Promise<ProductDatabase> => {
    await migrate({ url });
    return { url, client: await connect(url), ...(await makeKey(url)) };
  };
  const fresh = await openProduct(postgres.url);
  const makeDatabase = async (name: string): Promise<string> => {
    await fresh.client.query(`CREATE DATABASE ${name}`);
    return Object.assign(new URL(postgres.url), { pathname: `/${name}` }).href;
  };
  const aged = await openProduct(await makeDatabase('aged'));
  note(`writing ${FINISHED_JOBS} finished jobs …`);
  await fillFinishedJobs(aged.client, {
    workspaceId: aged.workspaceId,
    count: FINISHED_JOBS,
    payload: NOOP_PAYLOAD,
    result: NOOP_RESULT,
  });
  const peersUrl = await makeDatabase('peers');
  const peers = await connect(peersUrl);
  return {
    redisUrl: redis.url,
    fresh,
    aged,
    peersUrl,
    logFile: (name) => join(logs.path, `${name}.log`),
    startAfresh: async () => {
      await peers.query('DROP SCHEMA IF EXISTS pgboss CASCADE; DROP SCHEMA IF EXISTS graphile_worker CASCADE');
      await startAfresh(fresh.client);
      await redis.flush();
      await emptyLogOf(redis.url);
    },
  };
};

/** A rewrite that Redis begins by itself in the middle of a measurement would be paid by whoever is measured. */
const emptyLogOf = async (url: string): Promise<void> => {
  await askRedis(url, ['BGREWRITEAOF']);
  await waitFor(async () => /aof_rewrite_in_progress:0\s+aof_rewrite_scheduled:0/.test(await askRedis(url, ['INFO', 'persistence'])));
};
