import { Client } from 'pg';

/** A connection of one's own that keeps its transaction and its locks between statements. */
export type Session = {
  run(sql: string): Promise<void>;
  read<Row extends Record<string, unknown>>(sql: string): Promise<readonly Row[]>;
  end(): Promise<void>;
};

export const openSession = async (url: string): Promise<Session> => {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
  await client.connect();
  return {
    run: async (sql) => {
      await client.query(sql);
    },
    read: async <Row extends Record<string, unknown>>(sql: string) => (await client.query<Row>(sql)).rows,
    end: () => client.end(),
  };
};
