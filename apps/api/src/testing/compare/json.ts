/** A reader of JSON whose shape nobody promised: what is not there reads as empty. */
export type Json = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);

export const objectIn = (value: unknown): Json => (isObject(value) ? value : {});

export const listIn = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** What a reference such as `#/components/schemas/Job` leads to, or the value itself. */
export const resolve = (document: Json, value: unknown): Json => {
  const { $ref: reference } = objectIn(value);
  if (typeof reference !== 'string') return objectIn(value);
  const { $ref: _reference, ...beside } = objectIn(value);
  const target = reference
    .slice('#/'.length)
    .split('/')
    .reduce<unknown>((inner, name) => objectIn(inner)[name], document);
  return { ...resolve(document, target), ...beside };
};
