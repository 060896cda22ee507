import { randomUUID } from 'node:crypto';
import { runAsAdmin, urlOfDatabase } from '../run/template.ts';
import { currentTestRun } from '../run/test-run.ts';

export type TestDatabase = {
  readonly url: string;
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
  return { url: urlOfDatabase(adminUrl, name), drop: () => runAsAdmin(adminUrl, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`) };
};
