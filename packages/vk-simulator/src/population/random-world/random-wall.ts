import { makePhoto } from '../attachments.ts';
import { POPULATION_END } from '../demo-wall.ts';
import type { Draft } from '../discussion.ts';
import type { Comment, Post, WallContent } from '../model.ts';
import { giveIds, publish } from '../publication.ts';
import { type Random, createRandom } from '../random.ts';
import { contentOf } from '../wall-content.ts';
import { pickShapes } from './discussion-shapes.ts';
import type { Inhabitants } from './inhabitants.ts';
import { makeRandomDiscussion } from './random-discussion.ts';
import { dressPost } from './random-post.ts';

export type RandomWallOptions = {
  readonly seed: number;
  readonly ownerId: number;
  readonly minPosts: number;
  readonly maxPosts: number;
  readonly inhabitants: Inhabitants;
};

const DAY = 86_400;
/** Young walls, old ones, and one that outgrows 31 bits. */
const firstIds = [0, 0, 41_000, 5_700_000, 2_147_483_600] as const;

type Discussed = { readonly date: number; readonly drafts: readonly Draft[] };

/** A wall by chance. Posts and comments share one sequence of ids in the order of time; every post is dressed for itself. */
export const makeRandomWall = (options: RandomWallOptions): WallContent => {
  const { seed, ownerId, minPosts, maxPosts } = options;
  const random = createRandom(seed, ownerId, 'wall');
  const discussed = discuss(options, random.int(minPosts, maxPosts));
  const ids = giveIds(discussed, { random, firstId: random.pick(firstIds) });
  const pinned = random.chance(0.6) ? random.int(0, discussed.length) : -1;
  const posts = discussed.map((it, index) => makePost(options, { it, id: ids.post(index), isPinned: index === pinned, index }));
  const comments = discussed.flatMap(({ drafts }, at) =>
    drafts.map((draft, index) => publish(draft, { id: ids.comment(at, index), postId: ids.post(at), idOf: (it) => ids.comment(at, it) })),
  );
  return contentOf(posts, hideFromOthers(random, posts, comments));
};

const discuss = ({ seed, ownerId, inhabitants }: RandomWallOptions, posts: number): Discussed[] => {
  const shapes = pickShapes(createRandom(seed, ownerId, 'shapes'), posts);
  return shapes.map((shape, index) => {
    const random = createRandom(seed, ownerId, 'discussion', index);
    const date = POPULATION_END - (posts - index) * DAY + random.int(0, DAY / 2);
    return { date, drafts: makeRandomDiscussion({ random, inhabitants, ownerId, shape, startedAt: date, until: POPULATION_END }) };
  });
};

type PostPlace = { readonly it: Discussed; readonly id: number; readonly isPinned: boolean; readonly index: number };

const makePost = ({ seed, ownerId, inhabitants }: RandomWallOptions, { it, id, isPinned, index }: PostPlace): Post => {
  const random = createRandom(seed, ownerId, 'post', index);
  return {
    id,
    fromId: random.chance(0.15) ? inhabitants.people.pickAuthor(random).id : ownerId,
    date: it.date,
    attachments: random.chance(0.3) ? [makePhoto(random, ownerId)] : [],
    likes: random.int(0, 300),
    reposts: random.int(0, 9),
    views: random.int(1, 9_000),
    isPinned,
    ...dressPost(random, it.drafts.length),
  };
};

/** Under posts for subscribers, half of the comments show a placeholder to everybody else. */
const hideFromOthers = (random: Random, posts: readonly Post[], comments: readonly Comment[]): Comment[] => {
  const paid = new Set(posts.filter(({ donutPlaceholder }) => donutPlaceholder !== undefined).map(({ id }) => id));
  return comments.map((comment) =>
    paid.has(comment.postId) && !comment.isDeleted && random.chance(0.5)
      ? { ...comment, donutPlaceholder: 'Комментарий только для донов' }
      : comment,
  );
};
