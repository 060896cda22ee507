import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { Client } from 'pg';

/** INTERIM: replaced by packages/testing. */
export type RedisServer = {
  readonly url: string;
  readonly port: number;
  signal(name: NodeJS.Signals): void;
  kill(): Promise<void>;
  start(): Promise<void>;
  stop(): Promise<void>;
};

export const privateRedis = async (): Promise<RedisServer> => {
  const dir = await mkdtemp(join(tmpdir(), 'otklik-redis-'));
  const port = await freePort();
  const url = `redis://127.0.0.1:${port}`;
  let child: ChildProcess | undefined;
  const start = async (): Promise<void> => {
    child = spawn('redis-server', ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'yes', '--dir', dir], { stdio: 'ignore' });
    const client = new Redis(url, { maxRetriesPerRequest: null, retryStrategy: () => 50 });
    client.on('error', () => undefined);
    await client.ping();
    client.disconnect();
  };
  const kill = async (): Promise<void> => {
    if (child === undefined) return;
    const dead = once(child, 'exit');
    child.kill('SIGKILL');
    await dead;
    child = undefined;
  };
  await start();
  return {
    url,
    port,
    start,
    kill,
    signal: (name) => child?.kill(name),
    stop: async () => {
      await kill();
      await rm(dir, { recursive: true, force: true });
    },
  };
};

export const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  return typeof address === 'object' && address !== null ? address.port : 0;
};

export const privateDatabase = async (): Promise<{ url: string; drop(): Promise<void> }> => {
  const name = `queue_${randomBytes(6).toString('hex')}`;
  const admin = new Client({ connectionString: 'postgres://postgres@127.0.0.1:6543/postgres' });
  await admin.connect();
  await admin.query(`CREATE DATABASE ${name}`);
  return {
    url: `postgres://postgres@127.0.0.1:6543/${name}`,
    drop: async () => {
      await admin.query(`DROP DATABASE ${name} WITH (FORCE)`);
      await admin.end();
    },
  };
};
