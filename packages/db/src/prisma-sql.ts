import type pg from 'pg';
import { toDatabaseError } from './database-errors.ts';
import type { PrismaClient } from './generated/prisma/client.ts';
import type { Tx } from './sql.ts';

/** Statements through Prisma, for the bulk writes of collected data. */
export const createPrismaSql = (prisma: PrismaClient): Tx => ({
  query: async <Row extends pg.QueryResultRow>(text: string, values: readonly unknown[] = []) => {
    try {
      return await prisma.$queryRawUnsafe<Row[]>(text, ...values);
    } catch (thrown) {
      throw toDatabaseError(thrown);
    }
  },
});
