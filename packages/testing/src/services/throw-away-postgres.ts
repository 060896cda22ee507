import { join } from 'node:path';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '@otklik/embedded-postgres';
import { makeTempDir } from './temp-dir.ts';

/** Nothing here has to survive a power cut. */
const RISKY = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', shared_buffers: '64MB', max_wal_size: '4GB' };

/** A PostgreSQL in a temporary directory that stopping removes. */
export const throwAwayPostgres = async (settings: Readonly<Record<string, string>> = {}): Promise<EmbeddedPostgres> => {
  const dir = makeTempDir();
  const server = await startEmbeddedPostgres({ dataDir: join(dir.path, 'postgres'), settings: { ...RISKY, ...settings } });
  return {
    ...server,
    stop: async (timeoutMs) => {
      await server.stop(timeoutMs);
      dir.remove();
    },
  };
};
