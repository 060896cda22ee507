import type { ReadState } from '@otklik/contracts';
import { withFailedPost } from '../frontier/failures.ts';
import { type Frontier, type OpenPost, isDoubtful } from '../frontier/frontier.ts';
import { postRef } from '../planning/asked.ts';
import type { CollectPlan } from '../planning/collect-plan.ts';
import { type Gathered, type Reaped, inOrder } from './harvest.ts';

type End = { readonly state: ReadState; readonly vkCode: number | null };

const COMPLETE: End = { state: 'complete', vkCode: null };

/** Ends the posts of which nothing is open any more, and of which it is clear how reading them ended. */
export const finishPosts = (from: Frontier, plan: CollectPlan): Gathered => {
  const read = from.posts.filter((post) => post.levels !== null && post.levels.length === 0 && !isDoubtful(post));
  return inOrder(from, read, (frontier, post) => finishPost(frontier, { post, end: post.fault ?? COMPLETE, plan }));
};

type Ended = { readonly post: OpenPost; readonly end: End; readonly plan: CollectPlan };

export const finishPost = (from: Frontier, { post, end: { state, vkCode }, plan }: Ended): Reaped => {
  const { ownerId, postId, claimed, read } = post;
  const { uncounted } = from;
  const frontier = {
    ...from,
    posts: from.posts.filter((open) => open !== post),
    uncounted: { posts: [...uncounted.posts, postRef(post)], read: uncounted.read + read },
  };
  const isRead = state === 'complete' || state === 'cut';
  return {
    frontier: isRead ? frontier : withFailedPost(frontier, { ref: postRef(post), vkCode }),
    harvest: { postReads: [{ ownerId, postId, state, vkCode, claimed, withThreads: plan.withThreads }] },
  };
};

/** The post with what has become of it; the others as they were. */
export const withPost = (frontier: Frontier, before: OpenPost, after: OpenPost): Frontier => ({
  ...frontier,
  posts: frontier.posts.map((post) => (post === before ? after : post)),
});
