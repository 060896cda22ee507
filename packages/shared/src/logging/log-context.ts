import { AsyncLocalStorage } from 'node:async_hooks';

export type LogFields = Readonly<Record<string, unknown>>;

/** A line for whoever owns the work that it was logged in: redacted, and without the inside of errors. */
export type KeptLine = {
  readonly at: Date;
  readonly level: 'error' | 'warn' | 'info';
  readonly message: string;
  /** Its own, and those of contexts that were opened inside the work. */
  readonly fields: LogFields;
};

/** Takes a line at once: it must neither wait nor throw. */
export type KeepLine = (line: KeptLine) => void;

type Keeping = { readonly keep: KeepLine; /** Of contexts inside it. */ readonly fields: LogFields };
type Context = { readonly fields: LogFields; readonly keeping?: Keeping };

const storage = new AsyncLocalStorage<Context>();

/** Every line logged inside `fn`, however deep, carries `fields`. */
export const withLogContext = <T>(fields: LogFields, fn: () => T): T => {
  const { fields: outer, keeping } = storage.getStore() ?? { fields: {} };
  const inner = keeping && { ...keeping, fields: { ...keeping.fields, ...fields } };
  return storage.run({ fields: { ...outer, ...fields }, ...(inner && { keeping: inner }) }, fn);
};

/** Every line at info or above that is logged inside `fn` is handed to `keep` as well, whatever the level of the log. */
export const withKeptLines = <T>(keep: KeepLine, fn: () => T): T =>
  storage.run({ fields: currentLogContext(), keeping: { keep, fields: {} } }, fn);

/** Lines logged inside `fn` are kept by nobody: they are about the installation, not about the work. */
export const withoutKeptLines = <T>(fn: () => T): T => storage.run({ fields: currentLogContext() }, fn);

/** The fields that a line logged here would carry. */
export const currentLogContext = (): LogFields => storage.getStore()?.fields ?? {};

/** Who keeps a line logged here. */
export const currentKeeping = (): Keeping | undefined => storage.getStore()?.keeping;
