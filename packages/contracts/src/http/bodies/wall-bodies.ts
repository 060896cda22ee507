import { z } from 'zod';
import { lossReasons, readStates } from '../../data/read-states.ts';
import { wallKinds } from '../../data/wall-row.ts';
import { AuthorKey, VkId } from '../../ids.ts';
import { pageOf } from './page.ts';

const moment = z.iso.datetime();

const ReadBody = z.object({
  at: moment,
  state: z
    .enum(readStates)
    .describe('`complete`, `cut` (the job asked for no more), or why VK gave less: `closed`, `private`, `deleted`, `donut`, `error`.'),
  vkCode: z.int().nullable().describe('Code of the error of VK that ended it.'),
});

const Reason = z
  .enum(lossReasons)
  .describe(
    'The state in which reading ended; `cut`: the job asked for no more, or for no replies; `unread`: VK counts comments that came after the post was last read, or it never was; `unexplained`: VK counted more than it gave.',
  );

/** A wall that was collected. */
export const WallBody = z
  .object({
    ownerId: VkId.describe('Negative for communities.'),
    kind: z.enum(wallKinds),
    name: z.string(),
    screenName: z.string().nullable(),
    firstSeenAt: moment,
    read: ReadBody.nullable().describe('How the last reading of its list of posts ended; null before the first end.'),
    url: z.url().describe('Where VK shows it.'),
  })
  .meta({
    id: 'Wall',
    examples: [
      {
        ownerId: '-1',
        kind: 'group',
        name: 'Североречинск',
        screenName: 'severorechensk',
        firstSeenAt: '2026-11-25T09:00:01.000Z',
        read: { at: '2026-11-25T09:04:10.000Z', state: 'complete', vkCode: null },
        url: 'https://vk.com/wall-1',
      },
    ],
  });
export type WallBody = z.output<typeof WallBody>;
export const WallPage = pageOf(WallBody).meta({ id: 'WallPage' });

/** A post with what is known of its comments. */
export const PostBody = z
  .object({
    ownerId: VkId,
    postId: VkId,
    authorKey: AuthorKey.nullable(),
    date: moment,
    text: z.string(),
    likes: z.int(),
    isPinned: z.boolean(),
    canReadComments: z.boolean(),
    read: ReadBody.extend({ claimed: z.int().describe("VK's count at that time."), withThreads: z.boolean() })
      .nullable()
      .describe('How the last attempt to read its comments ended. Passing over a post that seems unchanged is none.'),
    commentsReadAt: moment
      .nullable()
      .describe('When VK last showed its comments to the end, or as many as were asked for: `collected` is as of then. null: never.'),
    claimed: z.int().describe("VK's count of comments, replies included, as last seen: a hint, not a truth."),
    collected: z.int().describe('Stored when it was last read, deleted stubs included; 0 before its first reading has ended.'),
    missing: z.int(),
    reason: Reason.nullable().describe('What is to blame; null when it is complete.'),
    url: z.url(),
  })
  .meta({ id: 'Post' });
export type PostBody = z.output<typeof PostBody>;
export const PostPage = pageOf(PostBody).meta({ id: 'PostPage' });

/** A wall with what VK claims against what is stored. */
export const WallDetailBody = WallBody.extend({
  coverage: z
    .object({
      posts: z.int(),
      claimed: z.int().describe("Sum of VK's own counts: they may include removed comments."),
      collected: z
        .int()
        .describe(
          'Of each post what was stored when it was last read. Comments that are gone from VK do not count, nor those of a post that is being read for the first time.',
        ),
      oldestReadAt: moment
        .nullable()
        .describe('The oldest `commentsReadAt` of its posts: all that is counted here was read since. null: nothing was.'),
      missing: z.int().describe('Summed over the posts where VK claims more than is stored.'),
      reasons: z.array(z.object({ state: Reason, posts: z.int(), missing: z.int() })),
    })
    .describe('Claimed against collected, and what is to blame for the rest.'),
  incompletePosts: z.array(PostBody).describe('The newest 20 of them; all of them: `GET /v1/posts?wall=…&incomplete=true`.'),
}).meta({ id: 'WallDetail' });
export type WallDetailBody = z.output<typeof WallDetailBody>;
