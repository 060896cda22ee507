import { toDatabaseError } from './database-errors.ts';

/** What the call answers. Every failure is a DatabaseError. (A call of Prisma's does nothing before somebody waits for it.) */
export const viaPrisma = async <T>(call: () => PromiseLike<T>): Promise<T> => {
  try {
    return await call();
  } catch (thrown) {
    throw toDatabaseError(thrown);
  }
};
