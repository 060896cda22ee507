import { type IdKind, Moment, PostRef, publicId } from '@otklik/contracts';
import { z } from 'zod';

const MAX_LIMIT = 200;

/** Rows of a page: 50 unless asked otherwise, 200 at most. */
export const Limit = z
  .string()
  .regex(/^[1-9]\d{0,8}$/, 'must be a whole number from 1 on')
  .transform((text) => Math.min(Number(text), MAX_LIMIT))
  .default(50);

/** A moment in a query. */
export const QueryMoment = Moment.transform((text) => new Date(text));

/** An opaque place in a list; what is inside is the list's own affair. */
export const Cursor = z.string().min(1).max(500);

/** `a,b` as a list of the values that a schema knows. */
export const listOf = <T extends z.ZodType<unknown, string>>(item: T) =>
  z
    .string()
    .transform((text) => text.split(','))
    .pipe(z.array(item).min(1).max(50));

/** The `:id` of a path. */
export const IdPath = (kind: IdKind) => z.object({ id: publicId(kind) });

/** `-1_45`: a post by its owner and number. */
export const PostKey = PostRef.transform((text) => {
  const [ownerId = '', postId = ''] = text.split('_');
  return { ownerId, postId };
});
