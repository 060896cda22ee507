import { z } from 'zod';

/** `parse=1,export=2` as an object, checked by a schema for it. A part without `=` has an empty value. */
export const namedValues = <Out>(schema: z.ZodType<Out, Readonly<Record<string, string>>>) =>
  z
    .string()
    .transform((text) => Object.fromEntries(text.split(',').map((part) => toEntry(part.trim()))))
    .pipe(schema);

const toEntry = (part: string): [string, string] => {
  const [name = '', ...rest] = part.split('=');
  return [name.trim(), rest.join('=').trim()];
};
