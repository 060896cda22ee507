import { z } from 'zod';
import { PostRef, VkId, publicIdText } from '../ids.ts';

const SCREEN_NAME = /^(?!-?\d+$)[A-Za-z0-9_.]{2,64}$/;

/** A community or user page: a signed id, or a screen name as in `vk.com/<name>`. */
const WallRef = z
  .string()
  .refine((text) => VkId.safeParse(text).success || SCREEN_NAME.test(text), 'must be a signed id such as -1, or a screen name');

/** Lines that may stand in the order itself. More of them come as a file: `POST /v1/target-lists`. */
export const MAX_LISTED_TARGETS = 1_000;

/**
 * What a job collects, as its row keeps it. `list` holds walls (signed id or screen name) and posts (`<owner>_<post>`, as
 * {@link PostRef} has them), each once; `listId` names an uploaded file by its public id.
 */
export type TargetRef =
  | { readonly wall: string }
  | { readonly post: string }
  | { readonly list: readonly string[] }
  | { readonly listId: string };

/** What to collect. One object and no union, so that a fault is told where it is. */
export const ParseTarget = z
  .strictObject({
    wall: WallRef.optional().describe('A community or user page: a signed id such as -1, or a screen name.'),
    post: PostRef.optional().describe('A post as `<owner>_<post>`, such as -1_45.'),
    list: z
      .array(z.union([PostRef, WallRef], { error: 'must be a wall or a post' }))
      .min(1)
      .max(MAX_LISTED_TARGETS)
      .optional()
      .describe('Walls and posts together.'),
    listId: publicIdText('targetList').optional().describe('An uploaded list.'),
  })
  .meta({ description: 'One of them.', minProperties: 1, maxProperties: 1 })
  .transform(({ wall, post, list, listId }, ctx): TargetRef => {
    const named: readonly TargetRef[] = [
      ...(wall === undefined ? [] : [{ wall }]),
      ...(post === undefined ? [] : [{ post }]),
      ...(list === undefined ? [] : [{ list: [...new Set(list)] }]),
      ...(listId === undefined ? [] : [{ listId }]),
    ];
    const [target] = named;
    if (target !== undefined && named.length === 1) return target;
    ctx.addIssue({ code: 'custom', message: 'must name exactly one of wall, post, list and listId' });
    return z.NEVER;
  })
  // Says what comes out: a transform by itself can't be documented.
  .pipe(
    z.union([
      z.strictObject({ wall: z.string() }),
      z.strictObject({ post: z.string() }),
      z.strictObject({ list: z.array(z.string()) }),
      z.strictObject({ listId: z.string() }),
    ]),
  );
