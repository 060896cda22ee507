import type { CommentStore, PageInput, PageOutcome } from '@otklik/contracts';
import type { Sql, Tx } from '../sql.ts';
import { makeCopyPage } from './copy-page.ts';
import { pageParams, partsOf } from './page-params.ts';
import { bringsReads, storeReads } from './page-reads.ts';
import { storePageSql } from './page-sql.ts';

type Row = { readonly state: 'running' | 'cancelling' | null; readonly inserted: number; readonly updated: number };

/** Below it the extra turns to the server cost more than COPY saves. */
const MIN_ROWS_TO_COPY = 100;

/**
 * One transaction either way: the lease holds and everything is stored, or nothing is. Large pages of new comments are
 * copied; all others, and those that turn out not to be new, are one statement.
 */
export const createStorePage = (sql: Sql): CommentStore['storePage'] => {
  const copyPage = makeCopyPage(sql);
  return async (input): Promise<PageOutcome> => {
    const copied = input.comments.length < MIN_ROWS_TO_COPY ? null : await copyPage(input);
    if (copied !== null) return copied;
    if (bringsReads(input)) return sql.transaction((tx) => storeWithReads(tx, input), { isIdempotent: true, signal: input.signal });
    return outcomeOf(await sql.query<Row>(storePageSql(partsOf(input)), pageParams(input), { isIdempotent: true, signal: input.signal }));
  };
};

const storeWithReads = async (tx: Tx, input: PageInput): Promise<PageOutcome> => {
  const outcome = outcomeOf(await tx.query<Row>(storePageSql(partsOf(input)), pageParams(input)));
  if (outcome.state !== 'fenced') await storeReads(tx, input);
  return outcome;
};

const outcomeOf = ([row]: readonly Row[]): PageOutcome => ({
  state: row?.state ?? 'fenced',
  inserted: row?.inserted ?? 0,
  updated: row?.updated ?? 0,
});
