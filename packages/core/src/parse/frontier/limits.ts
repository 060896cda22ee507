/** VK's own limits for one call. */
export const PAGE = 100;
export const THREAD_ITEMS = 10;
export const KEYS_PER_LOOKUP = 100;

/** Below it a page that is still too heavy counts as a fault of VK. */
export const MIN_PAGE = 5;
export const PAGE_GROWTH = 10;

/** Requests that are on their way at once. */
export const MAX_FLIGHTS = 8;

/** Listing goes on while fewer posts are open and not asked for than twelve requests can read: eight may be on their way. */
export const wantedPosts = (room: number): number => 12 * room;

/** No page of posts or comments is taken over that would leave more than this open: it is read again later. */
export const MAX_OPEN_POSTS = 700;
export const MAX_OPEN_LEVELS = 400;

/** From here on threads are finished before further comments are looked for. */
export const MANY_LEVELS = 200;

export const MAX_OPEN_WALLS = 40;
/** Pinned posts of a wall that are kept in mind while it is listed. */
export const MAX_PINNED = 20;
export const MAX_WANTED = 200;
export const MAX_FAILURES = 1_000;
/** Walls that a result names. */
export const MAX_OWNERS = 1_000;
/** Walls that are known not to be taken up again. */
export const MAX_ENDED_WALLS = 1_000;

/** Finished posts are counted in groups of this size. */
export const POSTS_PER_COUNT = 100;

/** A crawl that took longer looks for posts that were published meanwhile. */
export const SECOND_LOOK_AFTER_MS = 5 * 60_000;
