import { type FieldFault, ValidationError } from '@otklik/shared';
import type { z } from 'zod';

/** Which part of the request is checked: a fault is named as `/pointer` in a body, else as `query:name`. */
export type InputPart = 'body' | 'query' | 'path' | 'header';

/** The input as its schema gives it. Throws ValidationError that lists every fault. */
export const checkInput = <T>(schema: z.ZodType<T>, input: unknown, part: InputPart): T => {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.flatMap((issue) => toFaults(issue, part));
  throw new ValidationError(faults.length === 1 ? 'One field is not valid.' : `${faults.length} fields are not valid.`, faults);
};

const toFaults = (issue: z.core.$ZodIssue, part: InputPart): FieldFault[] => {
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => ({ pointer: pointerOf([...issue.path, key], part), detail: 'is not known here' }));
  const isAbsent = issue.code === 'invalid_type' && issue.message.endsWith('received undefined');
  return [{ pointer: pointerOf(issue.path, part), detail: isAbsent ? 'is required' : issue.message }];
};

const pointerOf = (path: readonly PropertyKey[], part: InputPart): string =>
  part === 'body' ? path.map((key) => `/${escape(String(key))}`).join('') : `${part}:${path.map(String).join('.').toWellFormed()}`;

/** RFC 6901. Half surrogate pairs can't be written in UTF-8. */
const escape = (key: string): string => key.replaceAll('~', '~0').replaceAll('/', '~1').toWellFormed();
