import type { QueuePause, QueuePauses } from '@otklik/contracts';
import type { Sql } from '../sql.ts';

const LIST = `SELECT type, paused_at AS "pausedAt", paused_by AS "pausedBy" FROM queue_pause ORDER BY type`;

const PAUSE = `INSERT INTO queue_pause (type, paused_by) VALUES ($1, $2) ON CONFLICT (type) DO NOTHING RETURNING type`;

const RESUME = `DELETE FROM queue_pause WHERE type = $1 RETURNING type`;

export const createQueuePauses = (sql: Pick<Sql, 'query'>): QueuePauses => ({
  list: () => sql.query<QueuePause>(LIST),
  pause: async (type, by) => (await sql.query(PAUSE, [type, by])).length > 0,
  resume: async (type) => (await sql.query(RESUME, [type])).length > 0,
});
