import type { QueueSetting, QueueSettings } from '@otklik/contracts';
import { tellingQueues } from '../signals/signal.ts';
import type { Sql } from '../sql.ts';

const LIST = `SELECT type, concurrency, changed_at AS "changedAt", changed_by AS "changedBy" FROM queue_setting ORDER BY type`;

const SET = tellingQueues(`
INSERT INTO queue_setting AS s (type, concurrency, changed_by) VALUES ($1, $2, $3)
ON CONFLICT (type) DO UPDATE SET concurrency = excluded.concurrency, changed_by = excluded.changed_by, changed_at = now()
WHERE s.concurrency <> excluded.concurrency RETURNING type`);

const FORGET = tellingQueues(`DELETE FROM queue_setting WHERE type = $1 RETURNING type`);

export const createQueueSettings = (sql: Pick<Sql, 'query'>): QueueSettings => ({
  list: () => sql.query<QueueSetting>(LIST),
  setConcurrency: async (type, concurrency, by) => {
    const changed = concurrency === null ? await sql.query(FORGET, [type]) : await sql.query(SET, [type, concurrency, by]);
    return changed.length > 0;
  },
});
