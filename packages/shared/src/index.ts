export * from './errors/app-error.ts';
export * from './errors/config-error.ts';
export * from './errors/control-errors.ts';
export * from './errors/infrastructure-errors.ts';
export * from './errors/input-errors.ts';
export * from './errors/upstream-errors.ts';
