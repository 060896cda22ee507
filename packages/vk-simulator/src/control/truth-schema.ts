import { z } from 'zod';

/** Why VK does not show it: its code, and what it says after the standard sentence. */
const Refusal = z.object({ code: z.int(), detail: z.string().optional() });

const TruthComment = z.object({
  id: z.int(),
  ownerId: z.int(),
  postId: z.int(),
  /** The comment it answers; null for a root. */
  parentId: z.int().nullable(),
  /** The root of its thread; null for a root. */
  rootId: z.int().nullable(),
  /** Null for what is left of a deleted one. */
  fromId: z.int().nullable(),
  /** Unix time in seconds. */
  date: z.int(),
  isDeleted: z.boolean(),
  text: z.string(),
});
export type TruthComment = z.output<typeof TruthComment>;

/** Everything that a wall holds, as a measure for who reads it over the API. */
export const Truth = z.object({
  ownerId: z.int(),
  screenName: z.string(),
  /** Set when nobody may read the wall. */
  refusal: Refusal.nullable(),
  posts: z.array(
    z.object({
      id: z.int(),
      date: z.int(),
      text: z.string(),
      isPinned: z.boolean(),
      /** Only subscribers see its text. */
      isDonut: z.boolean(),
      commentsAccess: z.enum(['open', 'readonly', 'closed']),
      /** Set when nobody may read its comments, although the wall shows the post. */
      refusal: Refusal.nullable(),
      /** What VK claims. */
      claimedComments: z.int(),
      /** What is there. */
      comments: z.int(),
    }),
  ),
  comments: z.array(TruthComment),
});
export type Truth = z.output<typeof Truth>;

/** Something that happened on a wall. */
const Change = z.object({
  /** Counts up from 1 over all walls. */
  seq: z.int(),
  /** On the virtual clock, Unix time in milliseconds. */
  at: z.number(),
  kind: z.enum([
    'commentAdded',
    'commentEdited',
    'commentStubbed',
    'commentRemoved',
    'postAdded',
    'postRemoved',
    'postPinned',
    'postUnpinned',
    'commentsClosed',
    'commentsReopened',
    'wallRefused',
    'wallReopened',
  ]),
  /** Null when it is about the whole wall. */
  postId: z.int().nullable(),
  before: TruthComment.nullable(),
  after: TruthComment.nullable(),
  refusal: Refusal.nullable(),
});
export type TruthChange = z.output<typeof Change>;

/** What happened on a wall, in order. */
export const History = z.object({ ownerId: z.int(), changes: z.array(Change) });
export type History = z.output<typeof History>;

/** A wall in numbers: what it takes to read it. */
export const Counts = z.object({
  ownerId: z.int(),
  refusal: Refusal.nullable(),
  /** Roots and replies of all posts, readable or not. */
  comments: z.int(),
  posts: z.array(
    z.object({
      id: z.int(),
      /** The code with which its comments are refused. */
      refused: z.int().nullable(),
      claimed: z.int(),
      roots: z.int(),
      replies: z.int(),
      /** Replies of each root that has more than ten: what does not come along with the root. */
      long: z.array(z.int()),
    }),
  ),
});
export type Counts = z.output<typeof Counts>;
