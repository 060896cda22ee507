export type * from './data/analysis-store.ts';
export type * from './data/comment-reads.ts';
export type * from './data/comment-writes.ts';
export type * from './data/export-store.ts';
export type * from './data/keyword-store.ts';
export type * from './keys/key-store.ts';
export * from './migrations/migrate.ts';
export * from './open-database.ts';
export type * from './queue-epoch-store.ts';
