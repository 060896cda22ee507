import type { CommentStore, PageOutcome } from '@otklik/contracts';
import type { Sql } from '../sql.ts';
import { pageParams } from './page-params.ts';
import { storePageSql } from './page-sql.ts';

type Row = { readonly state: 'running' | 'cancelling' | null; readonly inserted: number; readonly updated: number };

/** One statement, so one transaction: either the lease holds and everything is stored, or nothing is. */
export const createStorePage = (sql: Pick<Sql, 'query'>): CommentStore['storePage'] => {
  const text = storePageSql();
  return async (input): Promise<PageOutcome> => {
    const [row] = await sql.query<Row>(text, pageParams(input));
    return { state: row?.state ?? 'fenced', inserted: row?.inserted ?? 0, updated: row?.updated ?? 0 };
  };
};
