import { join } from 'node:path';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '@otklik/embedded-postgres';
import { guard } from '../processes/guard.ts';
import { signalAll, withChildren } from '../processes/process-tree.ts';
import { makeTempDir } from './temp-dir.ts';

export type PrivatePostgresOptions = {
  /** Apply the product's migrations. Default true. */
  readonly migrated?: boolean;
  /** Server settings, for example `max_connections`. */
  readonly settings?: Readonly<Record<string, string>>;
};

/** A server for tests that take it away. It keeps its port and its data through everything but `stop`. */
export type PrivateServer = {
  readonly url: string;
  readonly port: number;
  /** SIGKILL of all its processes, as if the machine had lost it. Connections are refused afterwards. */
  kill(): Promise<void>;
  /** SIGSTOP: connections open and nothing answers. */
  freeze(): void;
  /** SIGCONT. */
  thaw(): void;
  /** Starts it again (after `kill`, or a running one anew) on the same port with the same data. */
  restart(): Promise<void>;
  /** Ends it and removes its data. */
  stop(): Promise<void>;
};

/** A PostgreSQL of one's own. Slower than `createTestDatabase` by two seconds: only for tests that stop or kill it. */
export const startPrivatePostgres = async (options: PrivatePostgresOptions = {}): Promise<PrivateServer> => {
  const { migrated = true, settings = {} } = options;
  const dir = makeTempDir();
  // Crash safety stays on (a killed server must keep what it confirmed); the disk need not confirm it, the kernel survives.
  const start = (port: number): Promise<EmbeddedPostgres> =>
    startEmbeddedPostgres({ dataDir: join(dir.path, 'postgres'), port, settings: { fsync: 'off', ...settings } });
  let server = await start(0);
  const { url, port } = server;
  const watch = (): (() => void) => guard({ pids: [server.pid], dirs: [dir.path] });
  let callOff = watch();
  if (migrated) await migrateProduct(url);

  const end = async (): Promise<void> => {
    callOff();
    await server.stop();
  };
  return {
    url,
    port,
    freeze: () => signalAll(withChildren(server.pid), 'SIGSTOP'),
    thaw: () => signalAll(withChildren(server.pid), 'SIGCONT'),
    kill: async () => {
      signalAll(withChildren(server.pid), 'SIGKILL');
      await end();
    },
    restart: async () => {
      signalAll(withChildren(server.pid), 'SIGCONT');
      await end();
      server = await start(port);
      callOff = watch();
    },
    stop: async () => {
      signalAll(withChildren(server.pid), 'SIGCONT');
      await end();
      dir.remove();
    },
  };
};

const migrateProduct = async (url: string): Promise<void> => {
  const { migrate } = await import('@otklik/db');
  await migrate({ url });
};
