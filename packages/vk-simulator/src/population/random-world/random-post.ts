import { topics, writePost } from '../grammar/grammar.ts';
import type { Post } from '../model.ts';
import type { Random } from '../random.ts';

type Dress = Pick<Post, 'text' | 'claimedComments' | 'commentsAccess' | 'commentsRefusal' | 'donutPlaceholder' | 'copyOf' | 'isAd'>;

/** What kind of post it is: plain, closed, for subscribers, a repost, one that VK shows and then says is not there … */
export const dressPost = (random: Random, comments: number): Dress => {
  const plain: Dress = {
    text: random.chance(0.1) ? '' : writePost(random, random.pick(topics)),
    claimedComments: claim(random, comments),
    commentsAccess: 'open',
  };
  const kind = random.unit();
  if (kind < 0.06) return { ...plain, commentsAccess: 'closed' };
  if (kind < 0.12) return { ...plain, commentsAccess: 'readonly' };
  if (kind < 0.15) return { ...plain, donutPlaceholder: 'Запись только для донов' };
  if (kind < 0.18) return { ...plain, donutPlaceholder: 'Запись только для донов', commentsRefusal: { code: 212 } };
  if (kind < 0.21) return { ...plain, commentsRefusal: { code: 15, detail: 'post was not found check post_id param' } };
  if (kind < 0.23) return { ...plain, commentsRefusal: { code: 210 } };
  if (kind < 0.3) return { ...plain, text: '', copyOf: copied(random) };
  return kind < 0.34 ? { ...plain, isAd: true } : plain;
};

/** VK counts removed comments for a while, and now and then too few. A post with comments never claims none. */
const claim = (random: Random, comments: number): number => {
  const kind = random.unit();
  if (kind < 0.7) return comments;
  return kind < 0.9 ? comments + random.int(1, 9) : Math.max(Math.min(comments, 1), comments - random.int(1, 3));
};

const copied = (random: Random): NonNullable<Post['copyOf']> => ({
  ownerId: -random.int(1, 9_999),
  id: random.int(1, 99_999),
  date: 1_780_000_000,
  text: writePost(random, random.pick(topics)),
});
