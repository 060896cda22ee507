import { z } from 'zod';
import type { CreateDocumentOptions } from 'zod-openapi';

/** Leaves out what a reader of the document does not need, and what would forbid answers to grow. */
export const tidySchema: NonNullable<CreateDocumentOptions['override']> = ({ jsonSchema, zodSchema, io }) => {
  // The format says it; the pattern for leap years takes four lines.
  if (jsonSchema.format === 'date-time') delete jsonSchema.pattern;
  if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
  if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
  // A new property of an answer must not break a client that was generated before.
  if (io === 'output' && zodSchema instanceof z.ZodObject && zodSchema.def.catchall === undefined) delete jsonSchema.additionalProperties;
};
