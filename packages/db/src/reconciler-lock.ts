import pg from 'pg';
import { toDatabaseError } from './database-errors.ts';

/** Any number that nobody else locks in this database: "otkl" in ASCII. */
const LOCK_KEY = 0x6f746b6c;

/**
 * Runs `round` when no other process does. The lock belongs to a connection of its own, so it ends with the process
 * that held it, and no transaction stays open meanwhile. A pooler in transaction mode would break it: give a direct URL.
 */
export const makeWithReconcilerLock =
  ({ url, connectionTimeoutMs }: { readonly url: string; readonly connectionTimeoutMs: number }) =>
  async (round: () => Promise<void>): Promise<void> => {
    const client = new pg.Client({
      connectionString: url,
      connectionTimeoutMillis: connectionTimeoutMs,
      query_timeout: 10_000,
      application_name: 'otklik-reconciler',
    });
    client.on('error', () => undefined);
    try {
      await client.connect();
      const { rows } = await client.query<{ locked: boolean }>('SELECT pg_try_advisory_lock($1) AS locked', [LOCK_KEY]);
      if (rows[0]?.locked !== true) return;
      try {
        await round();
      } finally {
        // Behind a pooler the session outlives this connection, and with it would the lock.
        await client.query('SELECT pg_advisory_unlock($1)', [LOCK_KEY]).catch(() => undefined);
      }
    } catch (thrown) {
      throw toDatabaseError(thrown);
    } finally {
      await client.end().catch(() => undefined);
    }
  };
