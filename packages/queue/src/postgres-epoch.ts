import type { Pool, PoolClient } from 'pg';

/**
 * A table of our own beside BullMQ's. Emptying BullMQ's job table empties it too: an epoch that outlived the jobs
 * would hide their loss. Unqualified names resolve through the search_path of the queue's pool; the function keeps it,
 * because an operator who empties the table has another one.
 */
const CREATE = `
  CREATE TABLE IF NOT EXISTS otklik_epoch (only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row), epoch text NOT NULL);
  CREATE OR REPLACE FUNCTION otklik_forget_epoch() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS
    'BEGIN DELETE FROM otklik_epoch; RETURN NULL; END';
  CREATE OR REPLACE TRIGGER otklik_forget_epoch AFTER TRUNCATE ON job EXECUTE FUNCTION otklik_forget_epoch();
`;

/** Any number; the same in every process, so that two that start together don't create the table twice. */
const LOCK = 7_305_811;

export const createEpochTable = async (client: PoolClient): Promise<void> => {
  await client.query(`BEGIN; SELECT pg_advisory_xact_lock(${LOCK}); SET LOCAL client_min_messages = warning; ${CREATE} COMMIT;`);
};

export const readEpoch = async (pool: Pool): Promise<string | null> => {
  const { rows } = await pool.query<{ epoch: string }>('SELECT epoch FROM otklik_epoch');
  return rows[0]?.epoch ?? null;
};

export const writeEpoch = async (pool: Pool, epoch: string): Promise<void> => {
  await pool.query('INSERT INTO otklik_epoch (epoch) VALUES ($1) ON CONFLICT (only_row) DO UPDATE SET epoch = excluded.epoch', [epoch]);
};
