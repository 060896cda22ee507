import { lossReasons, readStates } from '@otklik/contracts';
import { z } from 'zod';

const Id = z.string();
const Count = z.int().nonnegative();
const Yes = z.literal(true).optional();

/** How far one level of comments is read: the top level of a post, or the replies of one comment. */
const Level = z.object({
  /** null: the top level. */
  rootId: Id.nullable(),
  /** The last comments read, latest first: the next page begins at the first of them that VK still knows. */
  anchors: z.array(Id),
  /** Comments read of this level. */
  seen: Count,
  /** Comments that VK says the level has. */
  total: Count.optional(),
  /** Begun with the replies that came along with their root: whether those were the first ones shows at the end. */
  isShortcut: Yes,
  /** Read from the start again, because no anchor was left. Happens once. */
  hasRestarted: Yes,
  /** VK showed no comment of it, though it counts some: it is asked once more. */
  wasEmpty: Yes,
  /** Comments to ask for at once, where VK found more too heavy. */
  pageSize: z.int().positive().optional(),
});
export type Level = z.output<typeof Level>;

const Fault = z.object({ state: z.enum(readStates), vkCode: z.int().nullable() });
export type Fault = z.output<typeof Fault>;

/** A post whose comments are still to be read. */
const OpenPost = z.object({
  ownerId: Id,
  postId: Id,
  claimed: Count,
  /** Comments read of it, each once. */
  read: Count,
  /** An earlier collection has read it, so comments may be gone since. */
  isKnown: Yes,
  /** Only paying subscribers see it whole, so that is why VK refuses. */
  isPaid: Yes,
  /** null: not begun. */
  levels: z.array(Level).nullable(),
  /** What VK denied of it, the first time. */
  fault: Fault.optional(),
});
export type OpenPost = z.output<typeof OpenPost>;

/** A wall whose posts are being listed, or whose listed posts are being read. */
const OpenWall = z.object({
  /** As the order names it. */
  ref: z.string(),
  /** null: not found yet. */
  ownerId: Id.nullable(),
  offset: Count,
  isListed: z.boolean(),
  /** The posts listed last, so that a page shifted by new posts is recognized. */
  recent: z.array(Id),
  /** Posts that stood first as pinned: they are known wherever they come again. */
  pinnedIds: z.array(Id).default([]),
  /** Listed further since it was last seen which post is pinned. */
  isPinDue: Yes,
  /** Times in a row that a page had nothing in common with the one before. */
  gaps: Count,
  /** Posts that VK says the wall has. */
  count: Count.nullable(),
  /** Posts that there are to read, where that can be told. */
  total: Count.nullable(),
  /** Posts selected so far. */
  selected: Count,
  /** The highest number of a post on the first page. */
  newestId: Id.nullable(),
  /** Unix time in milliseconds when its first page came. */
  listedSince: Count.nullable(),
  /** Looked at again for posts that were published meanwhile. Happens once. */
  isSecondLook: Yes,
  /** Only posts named by number are read of it: it is not listed. */
  isByNumber: Yes,
  /** Posts to ask for at once, where VK found more too heavy. */
  pageSize: z.int().positive().optional(),
});
export type OpenWall = z.output<typeof OpenWall>;

const missingBy = z.record(z.enum(lossReasons), Count);

/**
 * Where a collection goes on: everything that is open. Bounded, whatever there is to collect: see `limits.ts`. Also the
 * checkpoint: what is in flight stands at its old place, so that it is asked again after a kill, and nothing else is.
 */
export const Frontier = z.object({
  v: z.literal(2),
  /** Whose wall it is, where one wall or post is the target. */
  ownerId: Id.nullable(),
  /** Walls that posts were found on, where there are many targets. */
  ownerIds: z.array(Id),
  /** The place in the list of targets from which nothing was taken up yet. */
  targets: z.object({ next: Count, isEnd: z.boolean() }),
  walls: z.array(OpenWall),
  /** Walls that were ended of late: a list may name the same wall twice, by its id and by its name. */
  endedWalls: z.array(Id),
  /** Posts to find by number, as `<owner>_<post>`. */
  wanted: z.array(z.string()),
  posts: z.array(OpenPost),
  /** Finished posts that are not in the totals yet, as `<owner>_<post>`, and the comments read of them. */
  uncounted: z.object({ posts: z.array(z.string()), read: Count }),
  totals: z.object({
    walls: Count,
    posts: Count,
    comments: Count,
    newComments: Count,
    claimed: Count,
    missing: Count,
    missingBy,
    skippedPosts: Count,
    requests: Count,
  }),
  failures: z.object({
    total: Count,
    posts: z.array(z.object({ ref: z.string(), vkCode: z.int().nullable() })),
    walls: z.array(z.object({ ref: z.string(), vkCode: z.int().nullable() })),
    /** By code. */
    reasons: z.record(z.string(), z.string()),
  }),
  /** Posts with comments to read that a page of a wall brought of late. */
  postsPerPage: Count,
  /** Posts to look for at once, where VK found more too heavy. */
  keysPerLookup: z.int().positive().optional(),
});
export type Frontier = z.output<typeof Frontier>;

/** Nothing missing for any reason. */
export const noneMissing = (): Frontier['totals']['missingBy'] => ({
  cut: 0,
  closed: 0,
  private: 0,
  deleted: 0,
  donut: 0,
  error: 0,
  unread: 0,
  unexplained: 0,
});

/** The beginning of a collection. */
export const newFrontier = (): Frontier => ({
  v: 2,
  ownerId: null,
  ownerIds: [],
  targets: { next: 0, isEnd: false },
  walls: [],
  endedWalls: [],
  wanted: [],
  posts: [],
  uncounted: { posts: [], read: 0 },
  totals: {
    walls: 0,
    posts: 0,
    comments: 0,
    newComments: 0,
    claimed: 0,
    missing: 0,
    missingBy: noneMissing(),
    skippedPosts: 0,
    requests: 0,
  },
  failures: { total: 0, posts: [], walls: [], reasons: {} },
  postsPerPage: 50,
});

export const newLevel = (rootId: string | null): Level => ({ rootId, anchors: [], seen: 0 });

export const newWall = (ref: string, ownerId: string | null): OpenWall => ({
  ref,
  ownerId,
  offset: 0,
  isListed: false,
  recent: [],
  pinnedIds: [],
  gaps: 0,
  count: null,
  total: null,
  selected: 0,
  newestId: null,
  listedSince: null,
});

/** The levels of a post that are open: the top level at first. */
export const levelsOf = ({ levels }: OpenPost): readonly Level[] => levels ?? [newLevel(null)];

/** Nothing is left to do. */
export const isFinished = ({ targets, walls, wanted, posts }: Frontier): boolean =>
  targets.isEnd && walls.length === 0 && wanted.length === 0 && posts.length === 0;

/** Threads that are open, over all posts. */
export const openThreads = ({ posts }: Frontier): number =>
  posts.reduce((sum, { levels }) => sum + (levels ?? []).filter(({ rootId }) => rootId !== null).length, 0);

/** VK only said that there is no access: whether the post is gone shows when it is looked for by number. */
export const isDoubtful = ({ levels, fault }: OpenPost): boolean => levels !== null && levels.length === 0 && fault?.vkCode === 15;
