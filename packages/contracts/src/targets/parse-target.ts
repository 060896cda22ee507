import { z } from 'zod';
import { publicIdText } from '../ids.ts';
import { type ReadTarget, readTarget } from './read-target.ts';

/** Lines that may stand in the order itself. More of them come as a file: `POST /v1/target-lists`. */
export const MAX_LISTED_TARGETS = 1_000;

/**
 * What a job collects, as its row keeps it. `list` holds walls (signed id or screen name) and posts (`<owner>_<post>`, as
 * `PostRef` has them), each once; `listId` names an uploaded file by its public id.
 */
export type TargetRef =
  | { readonly wall: string }
  | { readonly post: string }
  | { readonly list: readonly string[] }
  | { readonly listId: string };

/** Reads a text as a target; what `check` finds wrong with it becomes the fault. */
const targetText = <T>(check: (read: ReadTarget) => { readonly value: T } | { readonly fault: string }) =>
  z.string().transform((text, ctx): T => {
    const checked = check(readTarget(text));
    if ('value' in checked) return checked.value;
    ctx.addIssue({ code: 'custom', message: checked.fault });
    return z.NEVER;
  });

const WallText = targetText((read) => {
  if (read.kind === 'wall') return { value: read.ref };
  if (read.kind === 'invalid') return { fault: read.reason };
  return { fault: `is a post: give it as \`post\`, or ${read.ref.split('_')[0]} for the whole wall` };
});

const PostText = targetText((read) => {
  if (read.kind === 'post') return { value: read.ref };
  return { fault: read.kind === 'invalid' ? read.reason : 'is a wall: give it as `wall`; a post has an address such as vk.com/wall-1_45' };
});

const UrlText = targetText<TargetRef>((read) => {
  if (read.kind === 'invalid') return { fault: read.reason };
  return { value: read.kind === 'wall' ? { wall: read.ref } : { post: read.ref } };
});

const ListedText = targetText((read) => (read.kind === 'invalid' ? { fault: read.reason } : { value: read.ref }));

/** What to collect. One object and no union, so that a fault is told where it is. */
export const ParseTarget = z
  .strictObject({
    wall: WallText.optional().describe('A community or user page: its address, screen name, or signed id such as -1.'),
    post: PostText.optional().describe('A post: its address, or `<owner>_<post>` such as -1_45.'),
    url: UrlText.optional().describe('The address of a wall or of a post, in any of the forms that VK has for it.'),
    list: z
      .array(ListedText)
      .min(1)
      .max(MAX_LISTED_TARGETS)
      .optional()
      .describe('Walls and posts together, each in one of these forms. A post that is named beside its wall counts once.'),
    listId: publicIdText('targetList').optional().describe('A list that was uploaded: `POST /v1/target-lists`.'),
  })
  .meta({ description: 'One of them.', minProperties: 1, maxProperties: 1 })
  .transform(({ wall, post, url, list, listId }, ctx): TargetRef => {
    const named: readonly TargetRef[] = [
      ...(wall === undefined ? [] : [{ wall }]),
      ...(post === undefined ? [] : [{ post }]),
      ...(url === undefined ? [] : [url]),
      ...(list === undefined ? [] : [{ list: [...new Set(list)] }]),
      ...(listId === undefined ? [] : [{ listId }]),
    ];
    const [target] = named;
    if (target !== undefined && named.length === 1) return target;
    ctx.addIssue({ code: 'custom', message: 'must name exactly one of wall, post, url, list and listId' });
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
