import { Redis } from 'ioredis';
import { guard } from '../processes/guard.ts';
import { signalAll } from '../processes/process-tree.ts';
import type { PrivateServer } from './private-postgres.ts';
import { findRedisProgram, launchRedis } from './redis-server.ts';
import { makeTempDir } from './temp-dir.ts';

export type PrivateRedisOptions = {
  /** Keep every confirmed write through `kill` and `restart`. Default false: a restart comes back empty. */
  readonly aof?: boolean;
  /** Default: a free one. */
  readonly port?: number;
  /** More of its command line; what is said twice holds as said here. */
  readonly args?: readonly string[];
};

export type PrivateRedis = PrivateServer & {
  /** FLUSHALL: it forgets everything and keeps its connections. */
  flush(): Promise<void>;
};

/** A Redis of one's own, for tests that stop, kill or empty it. Throws where there is none: use it inside `describeWithRedis`. */
export const startPrivateRedis = async ({ aof = false, port: wanted, args = [] }: PrivateRedisOptions = {}): Promise<PrivateRedis> => {
  const program = findRedisProgram();
  if (program === undefined) throw new Error('Neither redis-server nor valkey-server is on the PATH.');
  const dir = makeTempDir();
  const launch = (port?: number) => launchRedis({ program, aof, args, dir: dir.path, ...(port === undefined ? {} : { port }) });
  let server = await launch(wanted);
  const { url, port } = server;
  const watch = (): (() => void) => guard({ pids: [server.pid], dirs: [dir.path] });
  let callOff = watch();

  const end = async (): Promise<void> => {
    callOff();
    await server.stop();
  };
  return {
    url,
    port,
    freeze: () => signalAll([server.pid], 'SIGSTOP'),
    thaw: () => signalAll([server.pid], 'SIGCONT'),
    flush: () => flushAll(url),
    kill: end,
    restart: async () => {
      await end();
      server = await launch(port);
      callOff = watch();
    },
    stop: async () => {
      await end();
      dir.remove();
    },
  };
};

const flushAll = async (url: string): Promise<void> => {
  const redis = new Redis(url);
  try {
    await redis.flushall();
  } finally {
    redis.disconnect();
  }
};
