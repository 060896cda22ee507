import { AppError, DatabaseError } from '@otklik/shared';

/** SQLSTATEs after which the same transaction may simply be run again. */
const CONFLICTS = new Set(['40001', '40P01']);
/** Statement timeout, lock timeout, query cancelled. */
const TIMEOUTS = new Set(['57014', '55P03']);
/** Classes that mean "not there now": connection (08), resources (53), operator intervention (57P). */
const isAway = (state: string): boolean => /^(08|53|57P)/.test(state);

const SQLSTATE = /^[0-9A-Z]{5}$/;

/**
 * Whatever PostgreSQL, its driver or Prisma threw, as one of four codes. SQL, values and names of constraints stay in
 * the cause, which only our log sees.
 */
export const toDatabaseError = (thrown: unknown): AppError => {
  if (thrown instanceof AppError) return thrown;
  const state = sqlStateOf(thrown);
  if (state === undefined || isAway(state))
    return new DatabaseError('DB_UNAVAILABLE', 'The database can not be reached.', { cause: thrown });
  const context = { sqlState: state };
  if (CONFLICTS.has(state))
    return new DatabaseError('DB_CONFLICT', 'The database was busy with the same rows.', { cause: thrown, context });
  if (TIMEOUTS.has(state)) return new DatabaseError('DB_TIMEOUT', 'The database did not answer in time.', { cause: thrown, context });
  return new DatabaseError('DB_REJECTED', 'The database refused a statement.', { cause: thrown, context });
};

/** `code` of a driver's error, or what Prisma hides in `meta`; undefined where no server answered. */
const sqlStateOf = (thrown: unknown): string | undefined => {
  if (typeof thrown !== 'object' || thrown === null) return undefined;
  const nested = 'cause' in thrown ? sqlStateOf(thrown.cause) : undefined;
  if (nested !== undefined) return nested;
  for (const name of ['code', 'originalCode'] as const) {
    const code: unknown = Reflect.get(thrown, name);
    if (typeof code === 'string' && SQLSTATE.test(code) && !/^E[A-Z]{4}$/.test(code) && !/^P\d{4}$/.test(code)) return code;
  }
  return undefined;
};
