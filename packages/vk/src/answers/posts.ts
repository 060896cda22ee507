import { z } from 'zod';
import { People, type VkAuthor, toAuthors } from './people.ts';
import { Flag, Id, Text, UnixTime, authorKeyOf } from './scalars.ts';

const Post = z.object({
  id: Id,
  owner_id: Id.optional(),
  from_id: Id.optional(),
  date: UnixTime,
  text: Text.default(''),
  is_pinned: Flag.default(false),
  is_deleted: Flag.default(false),
  comments: z.object({ count: z.int().default(0), can_view: Flag.optional() }).default({ count: 0 }),
  likes: z.object({ count: z.int().default(0) }).default({ count: 0 }),
  donut: z.object({ is_donut: Flag.default(false) }).optional(),
});

/** Up to 5.130 `wall.getById` answered with a bare array; both are understood. */
export const PostsAnswer = z.union([
  z.array(Post).transform((items) => ({ count: items.length, items, profiles: [], groups: [] })),
  z.object({ count: z.int().optional(), items: z.array(Post) }).and(People),
]);

/** A post as collectors get it. */
export type VkPost = {
  readonly ownerId: string;
  readonly postId: string;
  readonly authorKey: string | null;
  readonly date: Date;
  readonly text: string;
  /** VK's own count of comments, replies included: a hint. */
  readonly commentsClaimed: number;
  readonly canReadComments: boolean;
  readonly isPinned: boolean;
  readonly likes: number;
  /** Only paying subscribers see it whole. */
  readonly isPaid: boolean;
};

export type VkPosts = {
  /** Posts of the wall as VK counts them; null where it doesn't say. */
  readonly count: number | null;
  readonly posts: readonly VkPost[];
  readonly authors: readonly VkAuthor[];
};

export const toPosts = (ownerId: string, answer: z.output<typeof PostsAnswer>): VkPosts => ({
  count: answer.count ?? null,
  posts: answer.items.filter(({ is_deleted }) => !is_deleted).map((post) => toPost(ownerId, post)),
  authors: toAuthors(answer),
});

const toPost = (ownerId: string, post: z.output<typeof Post>): VkPost => ({
  ownerId: post.owner_id ?? ownerId,
  postId: post.id,
  authorKey: post.from_id === undefined ? null : authorKeyOf(post.from_id),
  date: post.date,
  text: post.text,
  commentsClaimed: Math.max(0, post.comments.count),
  canReadComments: post.comments.can_view ?? true,
  isPinned: post.is_pinned,
  likes: post.likes.count,
  isPaid: post.donut?.is_donut ?? false,
});
