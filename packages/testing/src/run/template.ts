import { Client } from 'pg';

const TEMPLATE = 'otklik_template';

/** Makes the database that every file of tests gets a copy of. A migration that fails is told to those who need it only. */
export const migrateTemplate = async (adminUrl: string): Promise<{ template: string; templateError?: string }> => {
  await runAsAdmin(adminUrl, `CREATE DATABASE ${TEMPLATE}`);
  try {
    // Loaded here, so that sources of the database package that do not load spoil the database tests alone.
    const { migrate } = await import('@otklik/db');
    await migrate({ url: urlOfDatabase(adminUrl, TEMPLATE) });
    return { template: TEMPLATE };
  } catch (thrown) {
    const cause = thrown instanceof Error && thrown.cause instanceof Error ? ` (${thrown.cause.message})` : '';
    return { template: TEMPLATE, templateError: `${String(thrown)}${cause}` };
  }
};

/** The URL of another database on the same server. */
export const urlOfDatabase = (serverUrl: string, database: string): string => {
  const url = new URL(serverUrl);
  url.pathname = `/${database}`;
  return url.href;
};

/** Runs one statement on a connection of its own. */
export const runAsAdmin = async (url: string, sql: string): Promise<void> => {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
};
