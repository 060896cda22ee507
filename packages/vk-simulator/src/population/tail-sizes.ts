import type { Random } from './random.ts';

const QUIET = 0.2;
/** Of the logarithm: the loudest of a thousand posts has about 100 times the comments of the middle one. */
const SPREAD = 1.5;
const MOST = 5_000;

/** The mean holds in every stretch of so many posts. */
const EVEN_POSTS = 1_000;

type Sizes = { readonly posts: number; readonly meanComments: number };

/**
 * Comments of each post: none for a fifth, log-normal for the others, scaled to the wanted mean. Scaled over a whole wall
 * some thousands of posts in a row are louder or quieter than the rest by a tenth, and whoever reads further looks slower
 * or faster than he is; so it is done for one stretch after the other.
 */
export const drawSizes = (random: Random, { posts, meanComments }: Sizes): Uint32Array => {
  const sizes = new Uint32Array(posts);
  for (let from = 0; from < posts; from += EVEN_POSTS)
    sizes.set(drawStretch(random, { posts: Math.min(EVEN_POSTS, posts - from), meanComments }), from);
  return sizes;
};

const drawStretch = (random: Random, { posts, meanComments }: Sizes): readonly number[] => {
  const weights = Array.from({ length: posts }, () => (random.chance(QUIET) ? 0 : Math.exp(SPREAD * normal(random))));
  const sum = weights.reduce((total, weight) => total + weight, 0);
  const scale = (posts * meanComments) / Math.max(sum, Number.MIN_VALUE);
  return weights.map((weight) => (weight === 0 ? 0 : Math.min(MOST, Math.max(1, Math.round(weight * scale)))));
};

/** Box and Muller's method. */
const normal = (random: Random): number => Math.sqrt(-2 * Math.log(1 - random.unit())) * Math.cos(2 * Math.PI * random.unit());

/** A discussion of an exact size as the number of replies of each root: most have none, some more than ten. */
export const drawThreads = (random: Random, size: number): readonly number[] => {
  const threads: number[] = [];
  let left = size;
  while (left > 0) {
    const replies = Math.min(left - 1, drawReplies(random));
    threads.push(replies);
    left -= 1 + replies;
  }
  return threads;
};

const drawReplies = (random: Random): number => {
  const kind = random.unit();
  if (kind < 0.83) return 0;
  if (kind < 0.98) return random.int(1, 3);
  return kind < 0.999 ? random.int(4, 18) : random.int(30, 150);
};
