import type { CommentRow, LevelRead } from '@otklik/contracts';
import type { VkApiError } from '@otklik/shared';
import { withReason } from '../frontier/failures.ts';
import { type Frontier, type Level, type OpenPost, levelsOf, openThreads } from '../frontier/frontier.ts';
import { MAX_OPEN_LEVELS, PAGE, PAGE_GROWTH } from '../frontier/limits.ts';
import type { Asked } from '../planning/asked.ts';
import type { CollectPlan } from '../planning/collect-plan.ts';
import type { CommentThread, CommentsPage } from '../vk-reads.ts';
import { finishPosts, withPost } from './finish-posts.ts';
import { type Followed, followLevel, isCutShort, restOfThread, withoutAnchor } from './follow-level.ts';
import { type Reaped, gather } from './harvest.ts';
import { halved, stateOfPost, wantsLess } from './refusals.ts';

type AskedLevel = Extract<Asked, { readonly kind: 'level' }>;
type Open = { readonly post: OpenPost; readonly level: Level };

/** A page of comments: rows, and what to read of the post after it. */
export const takeLevel = (
  frontier: Frontier,
  { asked, page, plan }: { readonly asked: AskedLevel; readonly page: CommentsPage; readonly plan: CollectPlan },
): Reaped => {
  const open = find(frontier, asked);
  if (open === null || (asked.isAhead && !fits(open.level, page))) return { frontier };
  const taken = cutToRoom(page, { level: open.level, room: MAX_OPEN_LEVELS - openThreads(frontier), requested: asked.read.count });
  if (taken === null) return { frontier };
  // A thread is read only because VK has counted more replies than it showed.
  const isCounted = open.level.rootId !== null || open.post.claimed > 0;
  const followed = followLevel({ level: open.level, ...taken, isCounted });
  const post = readOn(open, followed, plan);
  const left = plan.maxComments === null ? Infinity : plan.maxComments - open.post.read;
  const rows = followed.unseen.flatMap(({ root, replies }) => [root, ...(plan.withThreads ? replies : [])]);
  const next = rows.length < left ? post : atLimit(post, rows.length > left);
  const ended = finishPosts(withPost(frontier, open.post, next), plan);
  const own = { authors: page.authors, comments: within(rows, left), levels: levelReads(open, followed, plan) };
  return { frontier: ended.frontier, harvest: gather([own, ended.harvest]) };
};

/** What VK denies is left out: a whole post when its top level is denied, else one thread. Heavy pages are asked for in parts. */
export const refuseLevel = (
  frontier: Frontier,
  { asked, error, plan }: { readonly asked: AskedLevel; readonly error: VkApiError; readonly plan: CollectPlan },
): Reaped => {
  const open = find(frontier, asked);
  if (open === null || asked.isAhead) return { frontier };
  const { post, level } = open;
  const pageSize = wantsLess(error) ? halved(asked.read.count) : null;
  if (pageSize !== null) return { frontier: withPost(frontier, post, withLevel(open, [{ ...level, pageSize }])) };
  // VK may also call the number of a removed comment a wrong parameter.
  const back = error.vkClass === 'bug' && level.anchors.length > 0 ? withoutAnchor(level) : null;
  if (back !== null) {
    const again = back.hasRestarted === level.hasRestarted ? 0 : level.seen;
    return { frontier: withPost(frontier, post, { ...withLevel(open, [back]), read: Math.max(0, post.read - again) }) };
  }
  const { vkCode } = error;
  const fault = post.fault ?? { state: stateOfPost(post, vkCode), vkCode };
  return finishPosts(withPost(withReason(frontier, vkCode, error.message), post, { ...withLevel(open, []), fault }), plan);
};

/** As many comments as are wanted are read. There are more where VK has counted more, or not said how many. */
const atLimit = (post: OpenPost, isOver: boolean): OpenPost => {
  const isCut = isOver || levelsOf(post).some(({ seen, total }) => total === undefined || seen < total);
  return { ...post, levels: [], fault: post.fault ?? (isCut ? { state: 'cut', vkCode: null } : undefined) };
};

const find = ({ posts }: Frontier, { read }: AskedLevel): Open | null => {
  const post = posts.find(({ ownerId, postId }) => postId === read.postId && ownerId === read.ownerId);
  const level = post === undefined ? undefined : levelsOf(post).find(({ rootId }) => rootId === read.rootId);
  return post === undefined || level === undefined ? null : { post, level };
};

/** A page that was asked for ahead goes on where the page before it ended. */
const fits = ({ anchors: [anchor] }: Level, { threads }: CommentsPage): boolean =>
  anchor !== undefined && threads.some(({ root }) => root.commentId === anchor);

/** As much of the page as opens no more threads than may be open; null when that is nothing. */
const cutToRoom = (
  page: CommentsPage,
  { level, room, requested }: { readonly level: Level; readonly room: number; readonly requested: number },
) => {
  const place = page.threads.findIndex(({ root }) => root.commentId === level.anchors[0]);
  const cutShort = page.threads.flatMap((thread, index) => (index > place && isCutShort(thread) ? [index] : []));
  const end = cutShort[Math.max(0, room)];
  if (end === undefined || level.rootId !== null) return { page, requested };
  return end <= place + 1 ? null : { page: { ...page, threads: page.threads.slice(0, end) }, requested: end };
};

const readOn = (open: Open, { next, unseen }: Followed, { withThreads }: CollectPlan): OpenPost => {
  const { post, level } = open;
  const isTop = level.rootId === null && withThreads;
  const threads = isTop ? unseen.filter(isCutShort).map((thread) => restOfThread(thread, post.isKnown === undefined)) : [];
  const levels = [...threads, ...(next === null ? [] : [grown(next)])];
  const again = next?.hasRestarted === true && level.hasRestarted === undefined ? level.seen + unseen.length : 0;
  const fromStart = new Set(threads.filter(({ isShortcut }) => isShortcut === undefined).map(({ rootId }) => rootId));
  const read = unseen.reduce((sum, { root, replies }) => sum + 1 + (isTop && !fromStart.has(root.commentId) ? replies.length : 0), 0);
  return { ...withLevel(open, levels), read: Math.max(0, post.read + read - again) };
};

/** The post with these levels in the place of the one that was read. */
const withLevel = ({ post, level }: Open, levels: readonly Level[]): OpenPost => ({
  ...post,
  levels: [...levels, ...levelsOf(post).filter(({ rootId }) => rootId !== level.rootId)],
});

const grown = (level: Level): Level => {
  const pageSize = level.pageSize === undefined ? PAGE : level.pageSize + PAGE_GROWTH;
  return { ...level, pageSize: pageSize >= PAGE ? undefined : pageSize };
};

const within = (rows: readonly CommentRow[], left: number): readonly CommentRow[] => (rows.length > left ? rows.slice(0, left) : rows);

/** What the page proves to be complete. Threads that came along whole matter only where comments may be gone since. */
const levelReads = ({ post, level }: Open, { stretch, unseen }: Followed, { withThreads }: CollectPlan): readonly LevelRead[] => {
  const { ownerId, postId } = post;
  const own = stretch === null ? [] : [{ ownerId, postId, rootId: level.rootId, ...stretch }];
  if (post.isKnown === undefined || level.rootId !== null || !withThreads) return own;
  const whole = unseen.filter((thread) => thread.replyCount !== null && !isCutShort(thread));
  return [...own, ...whole.map((thread) => wholeThread(post, thread))];
};

const wholeThread = ({ ownerId, postId }: OpenPost, { root, replies }: CommentThread): LevelRead => ({
  ownerId,
  postId,
  rootId: root.commentId,
  afterId: null,
  throughId: null,
  presentIds: replies.map(({ commentId }) => commentId),
});
