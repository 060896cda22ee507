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
  /** Somebody besides the almighty default user, with the rules of `ACL SETUSER`; `restart` forgets them. */
  readonly user?: { readonly name: string; readonly rules: readonly string[] };
};

export type PrivateRedis = PrivateServer & {
  /** FLUSHALL: it forgets everything and keeps its connections. */
  flush(): Promise<void>;
};

/** A Redis of one's own, for tests that stop, kill or empty it. Throws where there is none: use it inside `describeWithRedis`. */
export const startPrivateRedis = async ({ aof = false, port: wanted, user }: PrivateRedisOptions = {}): Promise<PrivateRedis> => {
  const program = findRedisProgram();
  if (program === undefined) throw new Error('Neither redis-server nor valkey-server is on the PATH.');
  const dir = makeTempDir();
  const launch = (port?: number) => launchRedis({ program, aof, dir: dir.path, ...(port === undefined ? {} : { port }) });
  let server = await launch(wanted);
  const { url, port } = server;
  if (user !== undefined) await asAdmin(url, (redis) => redis.call('ACL', 'SETUSER', user.name, ...user.rules));
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
    flush: () => asAdmin(url, (redis) => redis.flushall()),
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

const asAdmin = async (url: string, work: (redis: Redis) => Promise<unknown>): Promise<void> => {
  const redis = new Redis(url);
  try {
    await work(redis);
  } finally {
    redis.disconnect();
  }
};
