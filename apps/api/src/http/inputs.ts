import { CommentRef, type IdKind, Moment, PostRef, VkId, publicId } from '@otklik/contracts';
import { z } from 'zod';

const DEFAULT_LIMIT = 50;
const MAX_LIMIT = 200;

/** Nothing may stand in the query. */
export const NoQuery = z.strictObject({});

/** Rows of a page: 50 unless asked otherwise, 200 at most. */
export const Limit = z
  .string()
  .regex(/^[1-9]\d{0,8}$/, 'must be a whole number from 1 on')
  .transform((text) => Math.min(Number(text), MAX_LIMIT))
  .default(DEFAULT_LIMIT)
  .meta({
    description: `Rows of a page; above ${MAX_LIMIT} it counts as ${MAX_LIMIT}.`,
    override: ({ jsonSchema }) => shownAs(jsonSchema, { type: 'integer', minimum: 1, default: DEFAULT_LIMIT }),
  });

const MAX_WAIT_S = 20;

/** How long to wait for a change, in milliseconds; 0 unless asked for. */
export const WaitMs = z
  .string()
  .regex(/^\d{1,3}$/, 'must be whole seconds')
  .transform((text) => 1_000 * Math.min(Number(text), MAX_WAIT_S))
  .default(0)
  .meta({
    description: `Seconds to wait for a change; above ${MAX_WAIT_S} it counts as ${MAX_WAIT_S}.`,
    override: ({ jsonSchema }) => shownAs(jsonSchema, { type: 'integer', minimum: 0, maximum: 999, default: 0 }),
  });

/** A moment in a query. */
export const QueryMoment = Moment.transform((text) => new Date(text));

const CursorText = z.string().min(1).max(500);
const CURSOR_SAYS = '`nextCursor` of the page before.';

/** An opaque place in a list; what is inside is the list's own affair. May be left out. */
export const Cursor = CursorText.optional().describe(CURSOR_SAYS);

/** A place in a list of objects of one kind: the id of the last one. May be left out. */
export const CursorOf = (kind: IdKind) => CursorText.pipe(publicId(kind)).optional().describe(CURSOR_SAYS);

/** A place in a list of objects of VK: the number of the last one. May be left out. */
export const VkIdCursor = CursorText.pipe(VkId).optional().describe(CURSOR_SAYS);

/** `true` or `false`, which is what it is unless asked for. */
export const Flag = z
  .enum(['true', 'false'])
  .default('false')
  .transform((text) => text === 'true')
  .meta({ override: ({ jsonSchema }) => shownAs(jsonSchema, { type: 'boolean', default: false }) });

const MAX_NUMBER = 2 ** 31 - 1;

/** A whole number from 1 on in a query, as the columns of numbers hold it. */
export const QueryNumber = z
  .string()
  .regex(/^[1-9]\d{0,9}$/, 'must be a whole number from 1 on')
  .transform((text) => Math.min(Number(text), MAX_NUMBER))
  .meta({ override: ({ jsonSchema }) => shownAs(jsonSchema, { type: 'integer', minimum: 1 }) });

/** A place in a list of numbered things: the number of the last one. May be left out. */
export const NumberCursor = CursorText.pipe(QueryNumber).optional().describe(CURSOR_SAYS);

/** A place in a list of things that are numbered from 0 on. May be left out. */
export const NumberFrom0Cursor = CursorText.pipe(z.string().regex(/^\d{1,9}$/, 'must be a place in the list'))
  .transform(Number)
  .optional()
  .describe(CURSOR_SAYS);

const MAX_LISTED = 50;

/** `a,b` as a list of words that a schema knows; may be left out. */
export const listOf = <T extends string>(item: z.ZodEnum<z.core.util.ToEnum<T>>) =>
  z
    .string()
    .transform((text) => text.split(','))
    .pipe(z.array(item).min(1).max(MAX_LISTED))
    .optional()
    .meta({
      description: 'One of these.',
      param: { style: 'form', explode: false },
      override: ({ jsonSchema }) =>
        shownAs(jsonSchema, { type: 'array', items: { type: 'string', enum: item.options }, minItems: 1, maxItems: MAX_LISTED }),
    });

/** The `:id` of a path. */
export const IdPath = (kind: IdKind) => z.object({ id: publicId(kind) });

/** The caller's key for a request that it may send again; may be left out. */
export const IdempotencyKey = z
  .string()
  .regex(/^[\x20-\x7e]{1,255}$/, 'must be 1 to 255 printable ASCII characters')
  .optional()
  .describe('Yours to choose. The same key with the same body is answered with what it made the first time, for 24 hours.');

/** The version of an object that the caller has; may be left out. */
export const IfNoneMatch = z.string().optional().describe('Answer only when the ETag is another.');

/** The version of an object that the caller has seen; may be left out. */
export const IfMatch = z.string().optional().describe('Do nothing unless the object still has this ETag.');

/** `-1_45`: a post by its owner and number. */
export const PostKey = PostRef.transform((text) => {
  const [ownerId = '', postId = ''] = text.split('_');
  return { ownerId, postId };
});

/** `-1_45_46`: a comment by its owner, post and number. */
export const CommentPath = z.object({
  id: CommentRef.transform((text) => {
    const [ownerId = '', postId = '', commentId = ''] = text.split('_');
    return { ownerId, postId, commentId };
  }),
});

type JsonSchema = z.core.JSONSchema.BaseSchema;

/** Text in a query stands for a number or a list, and is documented as that. */
const shownAs = (schema: JsonSchema, shown: JsonSchema): void => {
  for (const key of Object.keys(schema)) if (key !== 'description') delete schema[key];
  Object.assign(schema, shown);
};
