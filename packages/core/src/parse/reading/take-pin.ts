import { type Frontier, type OpenWall } from '../frontier/frontier.ts';
import { type Asked, postRef } from '../planning/asked.ts';
import type { ListedPost, PostsPage } from '../vk-reads.ts';
import { compareIds } from './ascending.ts';
import { isWanted, withPinned } from './follow-wall.ts';
import { type Reaped, gather } from './harvest.ts';
import type { ReadContext } from './read-context.ts';
import { withWall } from './take-listing.ts';
import { isSettled, takePosts } from './take-posts.ts';

type AskedPin = Extract<Asked, { readonly kind: 'pin' }>;

/**
 * The post that is pinned now. One that was pinned while the wall was listed left its place in the list: it was read from
 * there, or would be lost.
 */
export const takePin = (
  frontier: Frontier,
  { asked, page, context }: { readonly asked: AskedPin; readonly page: PostsPage; readonly context: ReadContext },
): Reaped => {
  const open = frontier.walls.find(({ ref }) => ref === asked.ref);
  if (open === undefined) return { frontier };
  const wall: OpenWall = { ...open, isPinDue: undefined, pinnedIds: withPinned(open.pinnedIds, page) };
  const looked = withWall(frontier, open, wall);
  const post = page.posts.find(({ isPinned }) => isPinned);
  const { window } = context.plan;
  const isFull = window.maxPosts !== null && open.selected >= window.maxPosts;
  if (post === undefined || isFull || !isWanted(post, window) || context.isNamed(post) || isListed(open, post)) return { frontier: looked };
  if (isDone(frontier, { open, post, context })) return { frontier: looked, harvest: { posts: [post], authors: page.authors } };
  const taken = takePosts(withWall(frontier, open, { ...wall, selected: wall.selected + 1 }), [post], context);
  return { frontier: taken.frontier, harvest: gather([{ authors: page.authors }, taken.harvest]) };
};

/** VK does not say it: nothing that could be waited for. */
export const refusePin = (frontier: Frontier, { ref }: AskedPin): Reaped => {
  const open = frontier.walls.find((wall) => wall.ref === ref);
  return { frontier: open === undefined ? frontier : withWall(frontier, open, { ...open, isPinDue: undefined }) };
};

const isListed = ({ pinnedIds, recent }: OpenWall, { postId }: ListedPost): boolean =>
  pinnedIds.includes(postId) || recent.includes(postId);

type Doubt = { readonly open: OpenWall; readonly post: ListedPost; readonly context: ReadContext };

/**
 * Whether it came with the list before it was pinned, as far as that can be told: not everything that was listed is kept in
 * mind. What was read since the list began came so; of what has settled nothing would be read.
 */
const isDone = (frontier: Frontier, { open, post, context: { known: knownOf, plan } }: Doubt): boolean => {
  const ref = postRef(post);
  if (frontier.uncounted.posts.includes(ref) || frontier.posts.some((one) => postRef(one) === ref)) return true;
  const last = open.recent.filter((postId) => !open.pinnedIds.includes(postId)).toSorted(compareIds)[0];
  if (last !== undefined && compareIds(post.postId, last) < 0) return false;
  const known = knownOf(post);
  if (known === undefined) return post.commentsClaimed === 0;
  return known.readAt.getTime() >= (open.listedSince ?? Infinity) || isSettled(post, known, plan);
};
