export * from './choose-data-dir.ts';
export * from './embedded-postgres-errors.ts';
export * from './free-port.ts';
export * from './start-embedded-postgres.ts';
