import type { CommentRow, CommentStore, PageInput, PageOutcome } from '@otklik/contracts';
import type { Sql, Tx } from '../sql.ts';
import { copyNew } from './copy-new.ts';
import { makeKnownComments } from './known-comments.ts';
import { commentsOf } from './page-params.ts';
import { bringsReads, storeReads } from './page-reads.ts';
import { type StoredRow, outcomeOf, storeRows } from './store-rows.ts';

/** Below it the extra turns to the server cost more than COPY saves. */
const MIN_ROWS_TO_COPY = 100;

/**
 * One transaction either way: the lease holds and everything is stored, or nothing is. Where many comments of a page are
 * new, those are copied; all others, and those that turn out not to be new, are stored by one statement.
 */
export const createStorePage = (sql: Sql): CommentStore['storePage'] => {
  const knownComments = makeKnownComments(sql);

  const copyPage = async (input: PageInput, comments: readonly CommentRow[]): Promise<PageOutcome | null> => {
    if (comments.length < MIN_ROWS_TO_COPY) return null;
    const isKnown = await knownComments(input, comments);
    const fresh = comments.filter((row) => !isKnown(row));
    return fresh.length < MIN_ROWS_TO_COPY ? null : copyNew(sql, input, { fresh, others: comments.filter(isKnown) });
  };

  return async (input) => {
    const comments = commentsOf(input);
    const copied = await copyPage(input, comments);
    if (copied !== null) return copied;
    const options = { isIdempotent: true, signal: input.signal };
    if (bringsReads(input)) return sql.transaction((tx) => storeWithReads(tx, input, comments), options);
    const { text, values } = storeRows(input, comments);
    return outcomeOf(await sql.query<StoredRow>(text, values, options));
  };
};

const storeWithReads = async (tx: Tx, input: PageInput, comments: readonly CommentRow[]): Promise<PageOutcome> => {
  const { text, values } = storeRows(input, comments);
  const outcome = outcomeOf(await tx.query<StoredRow>(text, values));
  if (outcome.state !== 'fenced') await storeReads(tx, input);
  return outcome;
};
