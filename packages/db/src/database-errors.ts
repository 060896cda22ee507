import { AppError, DatabaseError, InternalError } from '@otklik/shared';

/** SQLSTATEs after which the same transaction may simply be run again. */
const CONFLICTS = new Set(['40001', '40P01']);
/** Statement timeout, lock timeout, query cancelled. */
const TIMEOUTS = new Set(['57014', '55P03']);
/** Classes that mean "not there now": connection (08), resources (53), operator intervention (57P). */
const isAway = (state: string): boolean => /^(08|53|57P)/.test(state);

const SQLSTATE = /^[0-9A-Z]{5}$/;
/** Prisma's own codes. (SQLSTATEs of PL/pgSQL begin with P0.) */
const PRISMA_CODE = /^P[1-6]\d{3}$/;
/** What Prisma's codes mean where no server spoke: a transaction that ran out of time, one that met another. */
const PRISMA_STATES: Readonly<Record<string, string>> = { P2028: '57014', P2034: '40001' };

/**
 * Whatever PostgreSQL, its driver or Prisma threw, as one of four codes. SQL, values and names of constraints stay in
 * the cause, which only our log sees.
 */
export const toDatabaseError = (thrown: unknown): AppError => {
  if (thrown instanceof AppError) return thrown;
  // Not the database's fault, and waiting for it would not help.
  if (thrown instanceof TypeError || thrown instanceof RangeError) return new InternalError('Unexpected error', { cause: thrown });
  const state = sqlStateOf(thrown) ?? stateOfPrisma(thrown);
  if (state === undefined || isAway(state))
    return new DatabaseError('DB_UNAVAILABLE', 'The database can not be reached.', { cause: thrown });
  const context = { sqlState: state };
  if (CONFLICTS.has(state))
    return new DatabaseError('DB_CONFLICT', 'The database was busy with the same rows.', { cause: thrown, context });
  if (TIMEOUTS.has(state)) return new DatabaseError('DB_TIMEOUT', 'The database did not answer in time.', { cause: thrown, context });
  return new DatabaseError('DB_REJECTED', 'The database refused a statement.', { cause: thrown, context });
};

/** Terminated by an administrator or a crash, and what the network says of a connection that was there. */
const LOST = new Set(['57P01', '57P02', '08003', '08006', '08007', 'ECONNRESET', 'EPIPE', 'ECONNABORTED']);
/** What the driver says of one, without a code. */
const LOST_MESSAGES = /^Connection terminated unexpectedly|connection error and is not queryable$/;

/**
 * Whether a connection broke that had been there. A new one is worth a try at once, which a server that is silent, full
 * or not there is not.
 */
export const isConnectionLost = (error: AppError): boolean => {
  if (!(error instanceof DatabaseError) || error.code !== 'DB_UNAVAILABLE') return false;
  for (let thrown: unknown = error.cause; typeof thrown === 'object' && thrown !== null; thrown = causeOf(thrown))
    if (LOST.has(stringOf(thrown, 'code') ?? '') || LOST_MESSAGES.test(stringOf(thrown, 'message') ?? '')) return true;
  return false;
};

/** `code` of a driver's error, at the root of its causes; undefined where no server answered. */
const sqlStateOf = (thrown: unknown): string | undefined => {
  if (typeof thrown !== 'object' || thrown === null) return undefined;
  const nested = sqlStateOf(causeOf(thrown));
  if (nested !== undefined) return nested;
  return ['code', 'originalCode'].map((name) => stringOf(thrown, name)).find((code) => code !== undefined && isSqlState(code));
};

/** Prisma keeps what the driver threw in `meta`. */
const causeOf = (thrown: object): unknown => {
  const meta: unknown = Reflect.get(thrown, 'meta');
  const fromDriver: unknown = typeof meta === 'object' && meta !== null ? Reflect.get(meta, 'driverAdapterError') : undefined;
  return fromDriver ?? Reflect.get(thrown, 'cause');
};

/** EPIPE and the like look like SQLSTATEs, and so do Prisma's own codes. */
const isSqlState = (code: string): boolean => SQLSTATE.test(code) && !/^E[A-Z]{4}$/.test(code) && !PRISMA_CODE.test(code);

/** P1xxx and P2024 mean that there was nobody to ask; the rest of P2xxx that the request itself is wrong. */
const stateOfPrisma = (thrown: unknown): string | undefined => {
  if (typeof thrown !== 'object' || thrown === null) return undefined;
  const code = stringOf(thrown, 'code') ?? '';
  if (stringOf(thrown, 'name') === 'PrismaClientValidationError') return code;
  if (!code.startsWith('P2') || !PRISMA_CODE.test(code) || code === 'P2024') return undefined;
  return PRISMA_STATES[code] ?? code;
};

const stringOf = (owner: object, name: string): string | undefined => {
  const value: unknown = Reflect.get(owner, name);
  return typeof value === 'string' ? value : undefined;
};
