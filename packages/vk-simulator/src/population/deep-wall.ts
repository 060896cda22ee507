import { createForgetful } from './forgetful.ts';
import { writeComment, writePost, writeReply, topics } from './grammar/grammar.ts';
import type { Comment, Post, WallContent } from './model.ts';
import type { People } from './people.ts';
import { createRandom } from './random.ts';

/** A wall of any size whose numbers are known beforehand. */
export type DeepWall = {
  readonly screenName: string;
  /** Negative: the wall of a community. */
  readonly ownerId: number;
  readonly posts: number;
  /** Roots under each post. */
  readonly topLevelPerPost: number;
  /** Replies in each thread. Default 0. */
  readonly repliesPerThread?: number;
};

const FIRST_DATE = 1_700_000_000;
const SECONDS_BETWEEN_POSTS = 3_600;
const KEPT_POSTS = 16;

/**
 * Makes comments when a post is read and forgets those of posts read long ago, so that memory stays flat however
 * large the wall is. Each post owns a block of ids: `wall.post` is the first of the block, its comments follow.
 */
export const makeDeepWall = (wall: DeepWall, { seed, people }: { readonly seed: number; readonly people: People }): WallContent => {
  const size = wall.topLevelPerPost * (1 + (wall.repliesPerThread ?? 0));
  const block = size + 1;
  const keep = createForgetful<readonly Comment[]>(KEPT_POSTS);
  const postIdAt = (index: number): number => 1 + index * block;
  const indexOf = (id: number): number => Math.floor((id - 1) / block);
  const isOurs = (id: number): boolean => id >= 1 && indexOf(id) < wall.posts;

  const commentsOf = (postId: number): readonly Comment[] => {
    if (!isOurs(postId) || postIdAt(indexOf(postId)) !== postId) return [];
    return keep(postId, { make: () => makeComments(wall, { seed, people, postId, index: indexOf(postId) }) });
  };

  return {
    posts: Array.from({ length: wall.posts }, (_, index) => makePost(wall, { seed, index, id: postIdAt(index), size })).toReversed(),
    commentsOf,
    postIdOf: (commentId) => (isOurs(commentId) && postIdAt(indexOf(commentId)) !== commentId ? postIdAt(indexOf(commentId)) : undefined),
    lastId: wall.posts * block,
  };
};

type PostPlace = { readonly seed: number; readonly index: number; readonly id: number; readonly size: number };

const makePost = (wall: DeepWall, { seed, index, id, size }: PostPlace): Post => {
  const random = createRandom(seed, wall.ownerId, 'post', index);
  return {
    id,
    fromId: wall.ownerId,
    date: FIRST_DATE + index * SECONDS_BETWEEN_POSTS,
    text: writePost(random, random.pick(topics)),
    attachments: [],
    likes: random.int(0, 200),
    reposts: random.int(0, 9),
    views: random.int(100, 9_000),
    commentsAccess: 'open',
    claimedComments: size,
  };
};

type DiscussionPlace = { readonly seed: number; readonly people: People; readonly postId: number; readonly index: number };

const makeComments = (wall: DeepWall, { seed, people, postId, index }: DiscussionPlace): readonly Comment[] => {
  const random = createRandom(seed, wall.ownerId, 'comments', index);
  const topic = random.pick(topics);
  const thread = 1 + (wall.repliesPerThread ?? 0);
  return Array.from({ length: wall.topLevelPerPost * thread }, (_, position): Comment => {
    const rootPosition = position - (position % thread);
    const isRoot = rootPosition === position;
    const rootId = postId + 1 + rootPosition;
    return {
      id: postId + 1 + position,
      postId,
      rootId: isRoot ? null : rootId,
      replyToId: isRoot ? null : rootId,
      fromId: people.pickAuthor(random).id,
      date: FIRST_DATE + index * SECONDS_BETWEEN_POSTS + position,
      text: isRoot ? writeComment(random, topic) : writeReply(random, topic),
      attachments: [],
      likes: random.int(0, 9),
      isDeleted: false,
    };
  });
};
