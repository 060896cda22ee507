import type { LeaseState, PageInput, PageOutcome } from '@otklik/contracts';
import { DatabaseError } from '@otklik/shared';
import type { Sql, WriteTx } from '../sql.ts';
import { copyLines } from './copy-lines.ts';
import { aroundParams, commentsOf, partsOf } from './page-params.ts';
import { storeReads } from './page-reads.ts';
import { COPY_COMMENTS, isPageKnownSql, storeAroundSql } from './page-sql.ts';

/**
 * Stores a page of which every comment is new, or nothing: null when some comment is stored already. COPY takes about
 * half the time of INSERT for a row, because it writes many rows of a table and of the log at once; but it knows no
 * conflicts, so one known comment undoes the page. Asking for the first and the last one keeps that to odd cases.
 */
export const makeCopyPage = (sql: Sql) => {
  const isKnown = isPageKnownSql();
  return async (input: PageInput): Promise<PageOutcome | null> => {
    const { workspaceId, signal } = input;
    const comments = commentsOf(input);
    const [first, last] = [comments[0], comments.at(-1)];
    if (first === undefined || last === undefined) return null;
    const ends = [first, last].flatMap(({ ownerId, postId, commentId }) => [ownerId, postId, commentId]);
    const [known] = await sql.query<{ readonly isKnown: boolean }>(isKnown, [workspaceId, ...ends], { signal });
    if (known?.isKnown !== false) return null;

    const write = async (tx: WriteTx): Promise<PageOutcome> => {
      const asking = tx.query<Held>(storeAroundSql(partsOf(input)), aroundParams(input));
      // Made while the server is at work. A failure of the question is noticed below.
      asking.catch(() => undefined);
      const lines = copyLines(workspaceId, comments);
      const [held] = await asking;
      if (held === undefined) return { state: 'fenced', inserted: 0, updated: 0 };
      await tx.copy(COPY_COMMENTS, lines);
      await storeReads(tx, input);
      return { state: held.state, inserted: comments.length, updated: 0 };
    };
    return sql.transaction(write, { ...again, signal }).catch((thrown: unknown) => {
      if (isDuplicate(thrown)) return null;
      throw thrown;
    });
  };
};

/** A page that was committed unheard is a page of known comments the next time, which another statement leaves alone. */
const again = { isIdempotent: true };

type Held = { readonly state: Exclude<LeaseState, 'fenced'> };

const UNIQUE_VIOLATION = '23505';
const isDuplicate = (thrown: unknown): boolean => thrown instanceof DatabaseError && thrown.context['sqlState'] === UNIQUE_VIOLATION;
