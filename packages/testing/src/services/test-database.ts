import { randomUUID } from 'node:crypto';
import { Client } from 'pg';
import { runAsAdmin, urlOfDatabase } from '../run/template.ts';
import { currentTestRun } from '../run/test-run.ts';

export type TestDatabase = {
  readonly url: string;
  /** One statement on a connection of its own, for looking behind the product's back. */
  query<Row extends Record<string, unknown>>(text: string, values?: readonly unknown[]): Promise<readonly Row[]>;
  /** Removes it, whoever is still connected. Close your own pools first. */
  drop(): Promise<void>;
};

/** A database of one's own with all migrations applied (some 50 ms). One per file of tests. */
export const createTestDatabase = async (): Promise<TestDatabase> => {
  const { postgresUrl, template, templateError } = currentTestRun();
  if (templateError !== undefined) throw new Error(`The migrations fail: ${templateError}`);
  return cloneDatabase(postgresUrl, template);
};

/** An empty database, without any migration. */
export const createEmptyDatabase = (): Promise<TestDatabase> => cloneDatabase(currentTestRun().postgresUrl, 'template0');

const cloneDatabase = async (adminUrl: string, template: string): Promise<TestDatabase> => {
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  await runAsAdmin(adminUrl, `CREATE DATABASE ${name} TEMPLATE ${template}`);
  const url = urlOfDatabase(adminUrl, name);
  return { url, query: queryOn(url), drop: () => runAsAdmin(adminUrl, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`) };
};

/** Statements on a database, each on a connection of its own. */
export const queryOn =
  (url: string): TestDatabase['query'] =>
  async <Row extends Record<string, unknown>>(text: string, values: readonly unknown[] = []) => {
    const client = new Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
    await client.connect();
    try {
      return (await client.query<Row>(text, [...values])).rows;
    } finally {
      await client.end();
    }
  };
