import type { KnownPost, PostRow } from '@otklik/contracts';
import { withFailedPost, withReason } from '../frontier/failures.ts';
import type { Frontier } from '../frontier/frontier.ts';
import { postRef } from '../planning/asked.ts';
import type { CollectPlan } from '../planning/collect-plan.ts';
import type { ListedPost } from '../vk-reads.ts';
import { type Gathered, type Reaped, inOrder } from './harvest.ts';
import type { ReadContext } from './read-context.ts';

const CLOSED = 212;
const YES = { isKnown: { isKnown: true }, isPaid: { isPaid: true } } as const;

/** Opens posts whose comments are to be read; of the others it is clear at once what there is to have. */
export const takePosts = (from: Frontier, posts: readonly ListedPost[], context: ReadContext): Gathered =>
  inOrder(from, posts, (frontier, post) => takePost(frontier, post, context));

const takePost = (frontier: Frontier, post: ListedPost, { plan, known: knownOf }: ReadContext): Reaped => {
  const { ownerId, postId, commentsClaimed: claimed } = post;
  const harvest = { posts: [post] };
  if (frontier.posts.some((open) => open.postId === postId && open.ownerId === ownerId)) return { frontier, harvest };
  const known = knownOf(post);
  // Comments that were read and are not counted any more are gone, which only reading proves.
  const hasComments = claimed > 0 || (known !== undefined && known.claimed > 0);
  if (!hasComments) return { frontier: counting(frontier, post), harvest };
  if (!post.canReadComments) return refused(frontier, post, plan);
  if (known !== undefined && isSettled(post, known, plan)) {
    const { totals } = frontier;
    return { frontier: counting({ ...frontier, totals: { ...totals, skippedPosts: totals.skippedPosts + 1 } }, post), harvest };
  }
  const open = {
    ownerId,
    postId,
    claimed,
    read: 0,
    levels: null,
    ...(known !== undefined && YES.isKnown),
    ...(post.isPaid === true && YES.isPaid),
  };
  return { frontier: { ...frontier, posts: [...frontier.posts, open] }, harvest };
};

/**
 * Whether reading it again would bring nothing: all of it was read, to the same depth, VK counts as many comments as then,
 * and the post was old enough at that time: edits, which move no counter, happen to young posts. A post of which VK showed
 * nothing at all though it counts comments is read again: maybe it did not mean it.
 */
export const isSettled = (post: PostRow, known: KnownPost, { settledAfterMs, withThreads }: CollectPlan): boolean =>
  settledAfterMs !== null &&
  known.state === 'complete' &&
  (known.withThreads || !withThreads) &&
  known.claimed === post.commentsClaimed &&
  (known.collected > 0 || known.claimed === 0) &&
  known.readAt.getTime() - post.date.getTime() >= settledAfterMs;

/** VK says with the post already that its comments are not shown. */
const refused = (from: Frontier, post: ListedPost, { withThreads }: CollectPlan): Reaped => {
  const { ownerId, postId, commentsClaimed: claimed } = post;
  const frontier = withReason(from, CLOSED, 'The comments of the post are closed or hidden.');
  return {
    frontier: counting(withFailedPost(frontier, { ref: postRef(post), vkCode: CLOSED }), post),
    harvest: {
      posts: [post],
      postReads: [{ ownerId, postId, state: post.isPaid === true ? 'donut' : 'closed', vkCode: CLOSED, claimed, withThreads }],
    },
  };
};

const counting = (frontier: Frontier, post: PostRow): Frontier => ({
  ...frontier,
  uncounted: { ...frontier.uncounted, posts: [...frontier.uncounted.posts, postRef(post)] },
});
