/** How much there is to read on a wall, in numbers alone. */
export type WallCounts = {
  readonly posts: readonly {
    /** Comments of the top level. */
    readonly roots: number;
    /** For each thread that has more replies than come along with its root: all its replies. */
    readonly long: readonly number[];
  }[];
};

/** Limits of VK's methods (public schema 5.199) and of `execute`. */
const POSTS_PER_CALL = 100;
const COMMENTS_PER_CALL = 100;
/** Replies that come along with each root, in the same call. */
const REPLIES_ALONG = 10;
const CALLS_PER_REQUEST = 25;

/**
 * The least number of requests in which anybody can read the walls, however well it guesses:
 *
 *     calls    = Σ walls ceil(posts / 100)
 *              + Σ posts ceil(roots / 100)
 *              + Σ threads with more than 10 replies ceil((replies − 10) / 100)
 *     requests = ceil(calls / 25)
 *
 * No call answers more posts, comments or replies than that, and no request carries more calls. It leaves out what every
 * real collector pays on top (an answer must be there before one can know what to ask next; a page begins with the last
 * comment of the one before; names of walls have to be resolved), so it can be approached and not reached.
 */
export const lowerBoundOf = (walls: readonly WallCounts[]): number =>
  Math.ceil(walls.reduce((calls, wall) => calls + callsOf(wall), 0) / CALLS_PER_REQUEST);

const callsOf = ({ posts }: WallCounts): number =>
  Math.ceil(posts.length / POSTS_PER_CALL) +
  posts.reduce((calls, { roots, long }) => {
    const ofThreads = long.reduce((sum, replies) => sum + Math.ceil((replies - REPLIES_ALONG) / COMMENTS_PER_CALL), 0);
    return calls + Math.ceil(roots / COMMENTS_PER_CALL) + ofThreads;
  }, 0);
