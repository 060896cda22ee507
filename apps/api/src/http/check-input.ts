import type { OperationInput } from '@otklik/contracts';
import { type FieldFault, ValidationError } from '@otklik/shared';
import type { Request } from 'express';
import { z } from 'zod';

/** What the schemas of a route make of a request, part by part. */
export type Checked<I extends OperationInput> = z.output<z.ZodObject<I>>;

/**
 * A check of all parts of a request that have a schema; an absent body counts as `{}`. What it returns throws
 * ValidationError that lists every fault: `/pointer` into the body, else `query:name`, `path:name`, `header:name`.
 */
export const makeCheckInput = <I extends OperationInput>(input: I): ((req: Request) => Checked<I>) => {
  const schema = z.object(input);
  return (req) => {
    const parsed = schema.safeParse({ path: req.params, query: req.query, header: req.headers, body: req.body ?? {} });
    if (parsed.success) return parsed.data;
    const faults = parsed.error.issues.flatMap(toFaults);
    throw new ValidationError(faults.length === 1 ? 'One field is not valid.' : `${faults.length} fields are not valid.`, faults);
  };
};

const toFaults = (issue: z.core.$ZodIssue): FieldFault[] => {
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => ({ pointer: pointerOf([...issue.path, key]), detail: 'is not known here' }));
  const isAbsent = issue.code === 'invalid_type' && issue.message.endsWith('received undefined');
  return [{ pointer: pointerOf(issue.path), detail: isAbsent ? 'is required' : issue.message }];
};

const pointerOf = ([part, ...path]: readonly PropertyKey[]): string =>
  part === 'body' ? path.map((key) => `/${escape(String(key))}`).join('') : `${String(part)}:${path.map(String).join('.').toWellFormed()}`;

/** RFC 6901. Half surrogate pairs can't be written in UTF-8. */
const escape = (key: string): string => key.replaceAll('~', '~0').replaceAll('/', '~1').toWellFormed();
