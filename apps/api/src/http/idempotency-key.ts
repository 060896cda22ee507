import type { Request } from 'express';
import { z } from 'zod';
import { checkInput } from './check-input.ts';

const HEADER = 'idempotency-key';
const Headers = z.object({
  [HEADER]: z
    .string()
    .regex(/^[\x20-\x7e]{1,255}$/, 'must be 1 to 255 printable ASCII characters')
    .nullable(),
});

/** The caller's key, null when it gave none. Throws ValidationError. */
export const idempotencyKeyOf = (req: Request): string | null =>
  checkInput(Headers, { [HEADER]: req.get(HEADER) ?? null }, 'header')[HEADER];
