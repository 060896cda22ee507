/** Values of a statement that is put together from parts. */
export type SqlParams = {
  readonly values: readonly unknown[];
  /** Takes a value and returns its place in the text, as `$3::int8[]`. */
  add(value: unknown, type: string): string;
};

export const createSqlParams = (): SqlParams => {
  const values: unknown[] = [];
  return { values, add: (value, type) => `$${values.push(value)}::${type}` };
};

/** A statement with its values. */
export type Statement = { readonly text: string; readonly values: readonly unknown[] };
