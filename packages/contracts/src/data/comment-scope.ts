import { z } from 'zod';
import { AuthorKey, PostRef, VkId } from '../ids.ts';
import { AFTER_SINCE, Moment, beginsBeforeItEnds } from '../moment.ts';

/** Which comments of the workspace: all conditions hold together; lists are alternatives. */
export const CommentScope = z
  .strictObject({
    walls: z.array(VkId).min(1).max(1000).optional().describe('Owners of walls: `-1` is community 1, `1` is user 1.'),
    posts: z.array(PostRef).min(1).max(1000).optional().describe('Posts as `<owner>_<post>`.'),
    authors: z.array(AuthorKey).min(1).max(1000).optional().describe('Author keys: `id123` or `club45`.'),
    since: Moment.optional().describe('Written at this moment or later.'),
    until: Moment.optional().describe('Written before this moment.'),
  })
  .refine((scope) => Object.keys(scope).length > 0, 'must name at least one condition')
  .refine(beginsBeforeItEnds, AFTER_SINCE)
  .meta({
    id: 'CommentScope',
    description: 'Which comments of the workspace: all conditions hold together; lists are alternatives.',
    minProperties: 1,
    examples: [{ walls: ['-1'], since: '2026-11-01T00:00:00Z' }],
  });
export type CommentScope = z.output<typeof CommentScope>;
