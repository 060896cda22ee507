import { AsyncLocalStorage } from 'node:async_hooks';

export type LogFields = Readonly<Record<string, unknown>>;

const storage = new AsyncLocalStorage<LogFields>();

/** Every line logged inside `fn`, however deep, carries `fields`. */
export const withLogContext = <T>(fields: LogFields, fn: () => T): T => storage.run({ ...storage.getStore(), ...fields }, fn);

/** The fields that a line logged here would carry. */
export const currentLogContext = (): LogFields => storage.getStore() ?? {};
