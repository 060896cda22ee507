import { setTimeout as pass } from 'node:timers/promises';
import type pg from 'pg';

/** How exactly the end is seen. */
const EVERY_MS = 2;

/** Resolves when the statement finds no row any more. */
export const untilNone = async (client: Pick<pg.Client, 'query'>, statement: string): Promise<void> => {
  while ((await client.query(statement)).rows.length > 0) await pass(EVERY_MS);
};
