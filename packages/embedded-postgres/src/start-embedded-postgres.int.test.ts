import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { waitFor } from '@otklik/testing';
import { Client } from 'pg';
import { z } from 'zod';
import { DataDirInUseError, type EmbeddedPostgres, startEmbeddedPostgres } from './index.ts';

const settings = { fsync: 'off' };

describe('startEmbeddedPostgres', () => {
  let root: string;
  let dataDir: string;
  const running: EmbeddedPostgres[] = [];

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'otklik-embedded-'));
    // As root the server runs as nobody, who must be able to pass.
    chmodSync(root, 0o755);
    dataDir = join(root, 'data');
  });
  afterEach(async () => {
    for (const server of running.splice(0)) await server.stop();
    rmSync(root, { recursive: true, force: true });
  });

  const start = async (port = 0): Promise<EmbeddedPostgres> => {
    const server = await startEmbeddedPostgres({ dataDir, settings, port });
    running.push(server);
    return server;
  };

  test('when it was stopped and is started again, then the data is still there', async () => {
    const first = await start();
    await query(first.url, `CREATE TABLE kept AS SELECT 'отклик' AS word`);
    await first.stop();
    await expect(canConnect(first.port)).resolves.toBe(false);

    const second = await start();
    await expect(query(second.url, 'SELECT word FROM kept')).resolves.toEqual([{ word: 'отклик' }]);
  });

  test('when it serves, then only over 127.0.0.1, only with its password, and letters of every script fold', async () => {
    const server = await start();
    await expect(query(server.url.replace(/otklik:[^@]+/, 'otklik:wrong'), 'SELECT 1')).rejects.toThrow(/password/);
    await expect(query(server.url, 'SHOW listen_addresses')).resolves.toEqual([{ listen_addresses: '127.0.0.1' }]);
    await expect(query(server.url, 'SHOW unix_socket_directories')).resolves.toEqual([{ unix_socket_directories: '' }]);
    expect(statSync(join(dataDir, 'password')).mode & 0o777).toBe(0o600);
    const [row] = await query(server.url, `SELECT lower('ЁЛКА') AS low, to_tsvector('russian', 'Ёлки')::text AS vector`);
    expect(row).toEqual({ low: 'ёлка', vector: "'елк':1" });
  });

  test('when a living process holds the directory, then a second start says who and touches nothing', async () => {
    const server = await start();
    const before = Date.now();
    const refusal = await startEmbeddedPostgres({ dataDir }).catch((thrown: unknown) => thrown);
    expect(refusal).toBeInstanceOf(DataDirInUseError);
    expect(refusal).toMatchObject({ pid: process.pid, message: expect.stringContaining(String(process.pid)) });
    expect(refusal instanceof DataDirInUseError && refusal.since.getTime()).toBeLessThanOrEqual(before);
    await expect(query(server.url, 'SELECT 1 AS one')).resolves.toEqual([{ one: 1 }]);
  });

  test('when the owner was killed, then the server it left is adopted', async () => {
    const owner = await startInProcess(dataDir, settings);
    await query(owner.url, 'CREATE TABLE kept ()');
    await owner.kill();
    const server = await start();
    expect(server).toMatchObject({ pid: owner.postmasterPid, url: owner.url });
    await expect(query(server.url, 'SELECT * FROM kept')).resolves.toEqual([]);
    await server.stop();
    await expect(canConnect(server.port)).resolves.toBe(false);
  });

  test('when the server left behind has other settings, then it is stopped and a new one takes over', async () => {
    const owner = await startInProcess(dataDir, { ...settings, max_connections: '17' });
    await owner.kill();
    const server = await start();
    expect(server.pid).not.toBe(owner.postmasterPid);
    await expect(query(server.url, 'SHOW max_connections')).resolves.toEqual([{ max_connections: '100' }]);
  });

  test('when owner and server were both killed, then the start recovers what was committed', async () => {
    const owner = await startInProcess(dataDir, settings);
    await query(owner.url, 'CREATE TABLE kept AS SELECT 7 AS seven');
    await owner.kill();
    process.kill(owner.postmasterPid, 'SIGKILL');
    // A process that is just dying may still be taken for a living one.
    await waitFor(async () => !(await canConnect(Number(new URL(owner.url).port))));
    const server = await start();
    await expect(query(server.url, 'SELECT seven FROM kept')).resolves.toEqual([{ seven: 7 }]);
  });
});

const query = async (url: string, sql: string): Promise<unknown[]> => {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
};

const canConnect = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port }, () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });

type Owner = { readonly url: string; readonly postmasterPid: number; kill(): Promise<void> };

const Started = z.object({ url: z.string(), pid: z.number() });

/** An owner that can be killed: another Node process, which runs the same sources. */
const startInProcess = async (dataDir: string, serverSettings: Record<string, string>): Promise<Owner> => {
  const index = new URL('index.ts', import.meta.url).href;
  const program = `
    const { startEmbeddedPostgres } = await import(${JSON.stringify(index)});
    const { url, pid } = await startEmbeddedPostgres(${JSON.stringify({ dataDir, settings: serverSettings })});
    console.log(JSON.stringify({ url, pid }));
    setInterval(() => undefined, 1_000);`;
  const args = ['--conditions=otklik-source', '--input-type=module', '--eval', program];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'], env: {} });
  const exited = once(child, 'exit');
  const [line]: unknown[] = await once(child.stdout.setEncoding('utf8'), 'data');
  const { url, pid } = Started.parse(JSON.parse(String(line)));
  return {
    url,
    postmasterPid: pid,
    kill: async () => {
      child.kill('SIGKILL');
      await exited;
    },
  };
};
