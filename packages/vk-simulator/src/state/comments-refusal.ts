import type { Post, Refusal } from '../population/model.ts';

/** Why VK shows no comments of the post; undefined when it does. */
export const commentsRefusalOf = ({ commentsAccess, commentsRefusal }: Post): Refusal | undefined =>
  commentsRefusal ?? (commentsAccess === 'closed' ? { code: 212 } : undefined);
