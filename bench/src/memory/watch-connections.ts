import { setTimeout as pass } from 'node:timers/promises';
import type pg from 'pg';

export type ConnectionWatch = {
  /** The most connections that were open at once, per `application_name`; those of the watch itself left out. */
  stop(): Promise<ReadonlyMap<string, number>>;
};

const OPEN = `
SELECT application_name AS name, count(*)::int AS count FROM pg_stat_activity
WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid() GROUP BY 1`;

/** Looks every 50 ms who is connected to the database. */
export const watchConnections = (client: Pick<pg.Client, 'query'>): ConnectionWatch => {
  const most = new Map<string, number>();
  let isStopping = false;
  const watch = async (): Promise<void> => {
    while (!isStopping) {
      const { rows } = await client.query<{ name: string; count: number }>(OPEN);
      for (const { name, count } of rows) most.set(name, Math.max(count, most.get(name) ?? 0));
      await pass(50);
    }
  };
  const watching = watch();
  return {
    stop: async () => {
      isStopping = true;
      await watching;
      return most;
    },
  };
};
