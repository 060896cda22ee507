import { PrismaPg } from '@prisma/adapter-pg';
import { PrismaClient } from './generated/prisma/client.ts';

/**
 * Prisma on a connection of its own, with its defaults: the peer that benchmarks measure the product's statements
 * against. The product reads and writes through `openDatabase`, whose errors and time limits this has none of.
 */
export const openPrisma = (url: string): PrismaClient => new PrismaClient({ adapter: new PrismaPg({ connectionString: url, max: 1 }) });
