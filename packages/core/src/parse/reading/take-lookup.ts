import type { PostKey } from '@otklik/contracts';
import type { VkApiError } from '@otklik/shared';
import { withFailedPost, withReason } from '../frontier/failures.ts';
import { type Frontier, isDoubtful } from '../frontier/frontier.ts';
import type { Asked } from '../planning/asked.ts';
import { postRef } from '../planning/asked.ts';
import type { PostsPage } from '../vk-reads.ts';
import { finishPost } from './finish-posts.ts';
import { isWanted } from './follow-wall.ts';
import { type Reaped, gather, inOrder } from './harvest.ts';
import type { ReadContext } from './read-context.ts';
import { ACCESS_DENIED, halved, stateOfCode, stateOfPost, wantsLess } from './refusals.ts';
import { takePosts } from './take-posts.ts';

type AskedLookup = Extract<Asked, { readonly kind: 'lookup' }>;

const NO_SUCH_POST = 'VK has no such post, or does not show it.';

/** Posts that were looked for by number: those that are there are read, of those that are not it is said. */
export const takeLookup = (
  frontier: Frontier,
  { asked, page, context }: { readonly asked: AskedLookup; readonly page: PostsPage; readonly context: ReadContext },
): Reaped => {
  const found = new Map(page.posts.map((post) => [postRef(post), post]));
  const { keys } = asked.read;
  const settled = inOrder(frontier, keys, (from, key) => settleDoubt(from, { key, isThere: found.has(postRef(key)), context }));
  const wanted = keys.filter((key) => settled.frontier.wanted.includes(postRef(key)));
  const rows = wanted.flatMap((key) => found.get(postRef(key)) ?? []).filter((post) => isWanted(post, context.plan.window));
  const taken = takePosts(withoutWanted(settled.frontier, wanted), rows, context);
  const missing = inOrder(
    taken.frontier,
    wanted.filter((key) => !found.has(postRef(key))),
    (from, key) => notThere(from, key, context),
  );
  return {
    frontier: missing.frontier,
    harvest: gather([{ authors: page.authors }, settled.harvest, taken.harvest, missing.harvest]),
  };
};

/** The lookup itself failed: fewer at once, or they count as failed. Throws where there is nothing else to collect. */
export const refuseLookup = (
  frontier: Frontier,
  { asked, error, context }: { readonly asked: AskedLookup; readonly error: VkApiError; readonly context: ReadContext },
): Reaped => {
  const { keys } = asked.read;
  const { vkCode } = error;
  const keysPerLookup = wantsLess(error) ? halved(keys.length) : null;
  if (keysPerLookup !== null) return { frontier: { ...frontier, keysPerLookup } };
  const settled = inOrder(frontier, keys, (from, key) => settleDoubt(from, { key, isThere: true, context }));
  const wanted = keys.filter((key) => settled.frontier.wanted.includes(postRef(key)));
  if (context.isOnlyTarget && wanted.length > 0 && wanted.length === context.plan.postIds?.length) throw error;
  const failed = inOrder(withoutWanted(settled.frontier, wanted), wanted, (from, key) => ({
    frontier: withFailedPost(withReason(from, vkCode, error.message), { ref: postRef(key), vkCode }),
    harvest: { postReads: [{ ...key, state: stateOfCode(vkCode), vkCode, claimed: 0, withThreads: context.plan.withThreads }] },
  }));
  return { frontier: failed.frontier, harvest: gather([settled.harvest, failed.harvest]) };
};

type Doubt = { readonly key: PostKey; readonly isThere: boolean; readonly context: ReadContext };

/** "Access denied" was said of a post: it is private when it is still there, and deleted when it is not. */
const settleDoubt = (frontier: Frontier, { key, isThere, context }: Doubt): Reaped => {
  const post = frontier.posts.find((open) => open.postId === key.postId && open.ownerId === key.ownerId);
  if (post === undefined || !isDoubtful(post)) return { frontier };
  return finishPost(frontier, {
    post,
    end: { state: isThere ? stateOfPost(post, ACCESS_DENIED) : 'deleted', vkCode: ACCESS_DENIED },
    plan: context.plan,
  });
};

const notThere = (frontier: Frontier, key: PostKey, { plan }: ReadContext): Reaped => ({
  frontier: withFailedPost(withReason(frontier, null, NO_SUCH_POST), { ref: postRef(key), vkCode: null }),
  harvest: { postReads: [{ ...key, state: 'deleted', vkCode: null, claimed: 0, withThreads: plan.withThreads }] },
});

const withoutWanted = (frontier: Frontier, found: readonly PostKey[]): Frontier => {
  const refs = new Set(found.map(postRef));
  return { ...frontier, wanted: frontier.wanted.filter((ref) => !refs.has(ref)) };
};
