import { z } from 'zod';
import { refuse } from './refusal.ts';

/** Parameters as they came: names and texts. */
export type RawParams = Readonly<Record<string, string>>;

type IntegerRules = { readonly min?: number; readonly max?: number };

/** An integer in VK's notation. Without a value the parameter is undefined. */
export const integer = ({ min = -Infinity, max = Infinity }: IntegerRules = {}) =>
  z
    .string()
    .optional()
    .transform((text, context) => {
      if (text === undefined || text === '') return undefined;
      const value = Number(text);
      if (!/^-?\d+$/.test(text) || !Number.isSafeInteger(value)) return fault(context, 'not integer');
      if (value < min) return fault(context, min === 0 ? 'should be positive' : `should be greater or equal to ${min}`);
      if (value > max) return fault(context, `should be less or equal to ${max}`);
      return value;
    });

/** `1` and `true` are yes; everything else, and nothing, is no. */
export const flag = () =>
  z
    .string()
    .optional()
    .transform((text) => text === '1' || text === 'true');

export const word = () => z.string().optional();

/** One of the words; the first one when nothing was said. */
export const oneOf = <const T extends readonly [string, ...string[]]>(words: T) =>
  z
    .string()
    .optional()
    .transform((text, context): T[number] => {
      const found = words.find((it) => it === (text === undefined || text === '' ? words[0] : text));
      return found ?? fault(context, `should be one of: ${words.join(', ')}`);
    });

/** A list in one text, separated by commas. */
export const list = ({ max }: { readonly max: number }) =>
  z
    .string()
    .optional()
    .transform((text, context) => {
      const items = (text ?? '')
        .split(',')
        .map((item) => item.trim())
        .filter((item) => item !== '');
      return items.length > max ? fault(context, `should contain no more than ${max} items`) : items;
    });

/** Reads the parameters of a method. Throws VkRefusal 100 that names the first bad one. */
export const readParams = <T>(schema: z.ZodType<T>, raw: RawParams): T => {
  const parsed = schema.safeParse(raw);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw refuse(100, `${issue?.path.join('.') ?? 'params'} ${issue?.message ?? 'is invalid'}`);
};

/** A refusal for a parameter that can't be done without. */
export const missing = (name: string) => refuse(100, `${name} is undefined`);

const fault = (context: z.RefinementCtx, message: string): never => {
  context.addIssue({ code: 'custom', message });
  return z.NEVER;
};
