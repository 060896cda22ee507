import type { Random } from './random.ts';

const QUIET = 0.2;
/** Of the logarithm: the loudest of a thousand posts has about 100 times the comments of the middle one. */
const SPREAD = 1.5;
const MOST = 5_000;

/** Comments of each post: none for a fifth, log-normal for the others, scaled to the wanted mean. */
export const drawSizes = (
  random: Random,
  { posts, meanComments }: { readonly posts: number; readonly meanComments: number },
): Uint32Array => {
  const weights = Float64Array.from({ length: posts }, () => (random.chance(QUIET) ? 0 : Math.exp(SPREAD * normal(random))));
  const scale =
    (posts * meanComments) /
    Math.max(
      weights.reduce((sum, weight) => sum + weight, 0),
      Number.MIN_VALUE,
    );
  return Uint32Array.from(weights, (weight) => (weight === 0 ? 0 : Math.min(MOST, Math.max(1, Math.round(weight * scale)))));
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
