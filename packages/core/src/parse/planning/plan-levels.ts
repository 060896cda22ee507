import { type Frontier, type Level, type OpenPost, levelsOf, openThreads } from '../frontier/frontier.ts';
import { MANY_LEVELS, PAGE, THREAD_ITEMS } from '../frontier/limits.ts';
import type { CommentsRead } from '../vk-reads.ts';
import { type Asked, levelLock } from './asked.ts';
import type { CollectPlan } from './collect-plan.ts';

type OpenLevel = { readonly post: OpenPost; readonly level: Level };
type AskedLevel = Extract<Asked, { readonly kind: 'level' }>;

/** What is open and not in flight: first what was begun, so that posts end and few are open. */
export const freeLevels = (frontier: Frontier, locks: ReadonlySet<string>): readonly OpenLevel[] => {
  const isThreadsOnly = openThreads(frontier) >= MANY_LEVELS;
  const begun = frontier.posts.filter(({ levels }) => levels !== null);
  const others = frontier.posts.filter(({ levels }) => levels === null);
  return [...begun, ...others].flatMap((post) =>
    levelsOf(post)
      .filter(({ rootId }) => !locks.has(levelLock(post, rootId)) && (rootId !== null || !isThreadsOnly))
      .map((level) => ({ post, level })),
  );
};

/** The next page of a level. */
export const nextPage = ({ post, level }: OpenLevel, plan: CollectPlan): AskedLevel => {
  const { ownerId, postId } = post;
  const { rootId } = level;
  const startCommentId = level.anchors[0] ?? null;
  const threadItems = rootId === null && plan.withThreads ? THREAD_ITEMS : 0;
  const count = pageSizeOf({ post, level }, plan);
  return {
    kind: 'level',
    isAhead: false,
    read: { kind: 'comments', ownerId, postId, rootId, startCommentId, offset: 0, count, threadItems },
  };
};

/**
 * Further pages of the same level, for slots that nothing else needs. Each begins with the last comment of the one before,
 * which shows whether they fit together; none while it is not known how long the level is.
 */
export const pagesAhead = ({ post, level }: OpenLevel, plan: CollectPlan): readonly AskedLevel[] => {
  const first = nextPage({ post, level }, plan);
  const { count, startCommentId } = first.read;
  if (startCommentId === null || level.total === undefined || count < PAGE) return [];
  const left = Math.min(level.total - level.seen, plan.maxComments === null ? Infinity : plan.maxComments - post.read);
  const pages = Math.ceil(left / (count - 1));
  return Array.from({ length: Math.max(0, pages - 1) }, (_, index) => ({
    ...first,
    isAhead: true,
    read: { ...first.read, offset: (index + 1) * (count - 1) } satisfies CommentsRead,
  }));
};

/** The comment that a page begins with is known, so a page of one would bring nothing. */
const pageSizeOf = ({ post, level }: OpenLevel, { maxComments }: CollectPlan): number => {
  const size = level.pageSize ?? PAGE;
  return maxComments === null ? size : Math.min(size, Math.max(1, maxComments - post.read) + (level.anchors.length > 0 ? 1 : 0));
};
