import { z } from 'zod';
import { AuthorKey, PostRef, VkId } from '../ids.ts';
import { Moment } from '../moment.ts';

/** Which comments of the workspace: all conditions hold together; lists are alternatives. */
export const CommentScope = z
  .strictObject({
    /** Owners of walls: `-1` is community 1, `1` is user 1. */
    walls: z.array(VkId).min(1).max(1000).optional(),
    /** Posts as `<owner>_<post>`. */
    posts: z.array(PostRef).min(1).max(1000).optional(),
    /** Author keys: `id123` or `club45`. */
    authors: z.array(AuthorKey).min(1).max(1000).optional(),
    /** Written at this moment or later. */
    since: Moment.optional(),
    /** Written before this moment. */
    until: Moment.optional(),
  })
  .refine((scope) => Object.keys(scope).length > 0, 'must name at least one condition');
export type CommentScope = z.output<typeof CommentScope>;
