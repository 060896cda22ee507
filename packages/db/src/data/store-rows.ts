import type { CommentRow, LeaseState, PageInput, PageOutcome } from '@otklik/contracts';
import { aroundParams, pageParams, partsOf } from './page-params.ts';
import { storeAroundSql, storePageSql } from './page-sql.ts';
import type { Statement } from './sql-params.ts';

/** What the statement of `storeRows` answers: one row, or none, or one without a state. */
export type StoredRow = { readonly state: Exclude<LeaseState, 'fenced'> | null; readonly inserted: number; readonly updated: number };

/** The lease, what comes along with the comments of a page, and these of its comments, as `commentsOf` gives them. */
export const storeRows = (input: PageInput, comments: readonly CommentRow[]): Statement =>
  comments.length === 0
    ? { text: storeAroundSql(partsOf(input)), values: aroundParams(input) }
    : { text: storePageSql(partsOf(input)), values: pageParams(input, comments) };

/** What became of it. */
export const outcomeOf = ([row]: readonly StoredRow[]): PageOutcome => ({
  state: row?.state ?? 'fenced',
  inserted: row?.inserted ?? 0,
  updated: row?.updated ?? 0,
});
