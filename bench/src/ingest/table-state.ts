import { InternalError } from '@otklik/shared';
import type pg from 'pg';

/** An empty table, no dead versions of the job's row, and nothing left to write out: each measurement starts equal. */
export const startAfresh = async (client: pg.Client): Promise<void> => {
  await client.query('TRUNCATE comment');
  await client.query('VACUUM ANALYZE job');
  await client.query('VACUUM ANALYZE comment');
  await client.query('CHECKPOINT');
};

/** Throws InternalError unless the table has so many rows. */
export const expectStored = async (client: pg.Client, expected: number): Promise<void> => {
  const { rows } = await client.query<{ stored: number }>('SELECT count(*)::int AS stored FROM comment');
  const stored = rows[0]?.stored;
  if (stored !== expected) throw new InternalError('Not every comment was stored.', { context: { stored, expected } });
};

/** Throws InternalError when `work` leaves a row version other than it found it: moved, written anew, or locked. */
export const expectUntouched = async (client: pg.Client, work: () => Promise<unknown>): Promise<void> => {
  const before = await versionsOf(client);
  await work();
  const after = await versionsOf(client);
  if (before !== after) throw new InternalError('Storing again unchanged wrote row versions.');
};

/** Where each version lies, who wrote it and who locked it. */
const VERSIONS = `
SELECT count(*) || ' ' || md5(string_agg(ctid || ' ' || xmin || ' ' || xmax, ',' ORDER BY ctid)) AS versions FROM comment`;

const versionsOf = async (client: pg.Client): Promise<string | undefined> => {
  const { rows } = await client.query<{ versions: string }>(VERSIONS);
  return rows[0]?.versions;
};
