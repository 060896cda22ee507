import type { QueuePause, QueuePauses } from '@otklik/contracts';
import { tellingQueues } from '../signals/signal.ts';
import type { Sql } from '../sql.ts';

const LIST = `SELECT type, paused_at AS "pausedAt", paused_by AS "pausedBy", is_draining AS "isDraining" FROM queue_pause ORDER BY type`;

const PAUSE = tellingQueues(`INSERT INTO queue_pause (type, paused_by) VALUES ($1, $2) ON CONFLICT (type) DO NOTHING RETURNING type`);

const DRAIN = tellingQueues(`
INSERT INTO queue_pause AS p (type, paused_by, is_draining) VALUES ($1, $2, true)
ON CONFLICT (type) DO UPDATE SET is_draining = true WHERE NOT p.is_draining RETURNING type`);

const RESUME = tellingQueues(`DELETE FROM queue_pause WHERE type = $1 RETURNING type`);

export const createQueuePauses = (sql: Pick<Sql, 'query'>): QueuePauses => ({
  list: () => sql.query<QueuePause>(LIST),
  pause: async (type, by) => (await sql.query(PAUSE, [type, by])).length > 0,
  drain: async (type, by) => (await sql.query(DRAIN, [type, by])).length > 0,
  resume: async (type) => (await sql.query(RESUME, [type])).length > 0,
});
