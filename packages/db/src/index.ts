export type * from './keys/key-store.ts';
export type { Leadership, LeadershipTiming } from './leadership.ts';
export * from './migrations/migrate.ts';
export * from './open-database.ts';
export * from './open-prisma.ts';
export type * from './queue-epoch-store.ts';
