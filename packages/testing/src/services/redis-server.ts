import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants } from 'node:fs';
import { connect } from 'node:net';
import { delimiter, join } from 'node:path';
import { findFreePort } from '@otklik/embedded-postgres';
import { waitFor } from '../waiting/wait-for.ts';
import { makeTempDir } from './temp-dir.ts';

/** `redis-server` or `valkey-server` on the PATH. */
export const findRedisProgram = (): string | undefined =>
  (process.env['PATH'] ?? '')
    .split(delimiter)
    .flatMap((dir) => [join(dir, 'redis-server'), join(dir, 'valkey-server')])
    .find(isExecutable);

export type RedisOptions = {
  readonly program: string;
  /** Keep every write in an append-only file. Default: memory only. */
  readonly aof?: boolean;
  /** Default: a free one. */
  readonly port?: number;
  /** More of its command line. */
  readonly args?: readonly string[];
  /** Where its files are. Default: a temporary directory that stopping removes. */
  readonly dir?: string;
};

export type RedisServer = { readonly url: string; readonly port: number; readonly pid: number; stop(): Promise<void> };

/** Starts a Redis on 127.0.0.1 as the queue wants it (`noeviction`) and waits until it answers. */
export const launchRedis = async ({ program, aof = false, port: wanted, args: more = [], dir }: RedisOptions): Promise<RedisServer> => {
  const port = wanted ?? (await findFreePort());
  const temp = dir === undefined ? makeTempDir() : undefined;
  const args = ['--port', String(port), '--bind', '127.0.0.1', '--dir', dir ?? temp?.path ?? '.', '--save', ''];
  const policy = ['--appendonly', aof ? 'yes' : 'no', '--maxmemory-policy', 'noeviction', '--loglevel', 'warning'];
  // Detached: a Ctrl-C in the terminal goes to the run of tests, which stops its servers in order.
  const child = spawn(program, [...args, ...policy, ...more], { detached: true, stdio: 'ignore' });
  const exited = once(child, 'exit');
  child.unref();
  await waitFor(() => child.exitCode !== null || answers(port), { what: `${program} to answer on port ${port}`, timeoutMs: 20_000 });
  if (child.pid === undefined || child.exitCode !== null) throw new Error(`${program} ended with ${child.exitCode} at once.`);
  return {
    url: `redis://127.0.0.1:${port}`,
    port,
    pid: child.pid,
    stop: async () => {
      if (child.exitCode === null && child.signalCode === null) {
        child.ref();
        child.kill('SIGKILL');
        await exited;
      }
      temp?.remove();
    },
  };
};

const isExecutable = (file: string): boolean => {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
};

const answers = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port });
    const settle = (isThere: boolean): void => {
      socket.destroy();
      resolve(isThere);
    };
    socket.setTimeout(1_000, () => settle(false));
    socket.once('error', () => settle(false));
    socket.once('connect', () => socket.write('PING\r\n'));
    // While it loads its append-only file it answers -LOADING; with users of its own it wants to know who asks.
    socket.once('data', (data) => settle(/^(\+PONG|-NOAUTH)/.test(data.toString('latin1'))));
  });
