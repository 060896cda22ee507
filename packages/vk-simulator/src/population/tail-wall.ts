import { POPULATION_END } from './demo-wall.ts';
import { createForgetful } from './forgetful.ts';
import { topics, writeComment, writePost, writeReply } from './grammar/grammar.ts';
import type { Comment, DiscussionShape, Post, WallContent } from './model.ts';
import type { People } from './people.ts';
import { type Random, createRandom } from './random.ts';
import { drawSizes, drawThreads } from './tail-sizes.ts';

/** A wall of any size whose posts are as unequal as those of a real community. */
export type TailWall = {
  readonly screenName: string;
  /** Negative: the wall of a community. */
  readonly ownerId: number;
  readonly posts: number;
  /** Over all posts, replies and quiet posts included. */
  readonly meanComments: number;
  /** Default: the simulator's. */
  readonly seed?: number;
};

/**
 * A fifth of the posts has no comments, most have a handful, the loudest some thousands; three of ten comments are
 * replies, and some threads go on beyond ten. VK's counts are exact. Mean by default 14, as on a captured page of an
 * open community.
 */
export const tailWall = (wall: Omit<TailWall, 'meanComments'> & { readonly meanComments?: number }): TailWall => ({
  meanComments: 14,
  ...wall,
});

const SECONDS_BETWEEN_POSTS = 600;
const KEPT_POSTS = 64;

type Deps = { readonly seed: number; readonly people: People };

/**
 * Comments are made when their post is read and forgotten again. Each post owns a block of ids: the post is the first of
 * the block, its comments follow.
 */
export const makeTailWall = (wall: TailWall, { seed, people }: Deps): WallContent => {
  const { ownerId } = wall;
  const sizes = drawSizes(createRandom(seed, ownerId, 'sizes'), wall);
  const postIds = firstOfBlocks(sizes);
  const lastId = postIds.length === 0 ? 0 : (postIds.at(-1) ?? 0) + (sizes.at(-1) ?? 0);
  const write = makeWriter(createRandom(seed, ownerId, 'texts'), people);
  const keep = createForgetful<readonly Comment[]>(KEPT_POSTS);
  const threadsAt = (index: number): readonly number[] => drawThreads(createRandom(seed, ownerId, 'threads', index), sizes[index] ?? 0);
  const indexOf = (postId: number): number | undefined => {
    const index = blockOf(postIds, postId);
    return postIds[index] === postId ? index : undefined;
  };

  return {
    posts: Array.from(postIds, (id, index) => makePost(wall, { id, index, text: write.post(index), size: sizes[index] ?? 0 })).toReversed(),
    commentsOf: (postId) => {
      const index = indexOf(postId);
      if (index === undefined) return [];
      const make = () => {
        const random = createRandom(seed, ownerId, 'comments', index);
        return makeComments(threadsAt(index), { postId, date: dateOf(wall, index), random, write });
      };
      return keep(postId, { make });
    },
    shapeOf: (postId) => shapeOf(threadsAt(indexOf(postId) ?? -1)),
    postIdOf: (commentId) => {
      const postId = commentId > lastId ? undefined : postIds[blockOf(postIds, commentId)];
      return postId === commentId ? undefined : postId;
    },
    lastId,
  };
};

const firstOfBlocks = (sizes: Uint32Array): Float64Array => {
  const postIds = new Float64Array(sizes.length);
  let id = 1;
  for (const [index, size] of sizes.entries()) {
    postIds[index] = id;
    id += size + 1;
  }
  return postIds;
};

/** Index of the last block that begins at or before the id; -1 before the first. */
const blockOf = (postIds: Float64Array, id: number): number => {
  let low = 0;
  let high = postIds.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((postIds[middle] ?? Infinity) <= id) low = middle + 1;
    else high = middle;
  }
  return low - 1;
};

const shapeOf = (threads: readonly number[]): DiscussionShape => ({
  roots: threads.length,
  replies: threads.filter((replies) => replies > 0),
});

const dateOf = ({ posts }: TailWall, index: number): number => POPULATION_END - (posts - index) * SECONDS_BETWEEN_POSTS;

type PostPlace = { readonly id: number; readonly index: number; readonly text: string; readonly size: number };

const makePost = (wall: TailWall, { id, index, text, size }: PostPlace): Post => ({
  id,
  fromId: wall.ownerId,
  date: dateOf(wall, index),
  text,
  attachments: NOTHING,
  likes: index % 200,
  reposts: index % 9,
  views: 100 + size * 60,
  commentsAccess: 'open',
  claimedComments: size,
});

/** Shared by everything that carries none. */
const NOTHING: Post['attachments'] = [];

type Writer = ReturnType<typeof makeWriter>;

/** Texts are written once and used again: a benchmark asks for thousands of comments a second. */
const makeWriter = (random: Random, people: People) => {
  const poolOf = (size: number, write: () => string): readonly string[] => Array.from({ length: size }, write);
  const posts = poolOf(64, () => writePost(random, random.pick(topics)));
  const roots = poolOf(1_024, () => writeComment(random, random.pick(topics)));
  const replies = poolOf(1_024, () => writeReply(random, random.pick(topics)));
  return {
    post: (index: number): string => posts[index % posts.length] ?? '',
    comment: (by: Random, isRoot: boolean) => ({
      fromId: people.pickAuthor(by).id,
      text: by.pick(isRoot ? roots : replies),
      likes: by.int(0, 9),
    }),
  };
};

type DiscussionPlace = { readonly postId: number; readonly date: number; readonly random: Random; readonly write: Writer };

const makeComments = (threads: readonly number[], { postId, date, random, write }: DiscussionPlace): readonly Comment[] => {
  const comments: Comment[] = [];
  const say = (rootId: number | null): number => {
    const id = postId + 1 + comments.length;
    const said = write.comment(random, rootId === null);
    const at = Math.min(POPULATION_END, date + comments.length);
    comments.push({ id, postId, rootId, replyToId: rootId, ...said, date: at, attachments: NOTHING, isDeleted: false });
    return id;
  };
  for (const replies of threads) {
    const rootId = say(null);
    for (let reply = 0; reply < replies; reply += 1) say(rootId);
  }
  return comments;
};
