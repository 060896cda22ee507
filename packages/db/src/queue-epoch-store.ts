import type { Sql } from './sql.ts';

/** The epoch that the queue has to remember, with the time of the database. */
export type QueueEpochStore = {
  read(): Promise<{ readonly epoch: string | null; readonly now: Date }>;
  write(epoch: string): Promise<void>;
};

export const createQueueEpochStore = (sql: Pick<Sql, 'query'>): QueueEpochStore => ({
  read: async () => {
    const [row] = await sql.query<{ epoch: string | null; now: Date }>(`SELECT now() AS now, (SELECT epoch FROM queue_epoch) AS epoch`);
    return row ?? { epoch: null, now: new Date(0) };
  },
  write: async (epoch) => {
    await sql.query(`INSERT INTO queue_epoch (id, epoch) VALUES (1, $1) ON CONFLICT (id) DO UPDATE SET epoch = $1, written_at = now()`, [
      epoch,
    ]);
  },
});
