import type { AuthorRow, CommentRow, FailedPost, PostRow } from '@otklik/contracts';
import { InternalError } from '@otklik/shared';
import { followLevel, unreadThreads } from './follow-level.ts';
import { type PostWindow, followWall } from './follow-wall.ts';
import type { PageSize } from './page-size.ts';
import { type Level, type ParseCheckpoint, newLevel } from './parse-checkpoint.ts';
import { toFailedPost } from './vk-faults.ts';
import type { CommentsPage, PostsPage, VkRead, VkReadAnswer, VkReads } from './vk-reads.ts';

const POSTS_AT_ONCE = 100;
const THREAD_ITEMS = 10;
const MAX_FAILED_POSTS = 1_000;

/** What one step of a collection brings: rows, and the place where the next one begins. */
export type Step = {
  readonly posts: readonly PostRow[];
  readonly authors: readonly AuthorRow[];
  readonly comments: readonly CommentRow[];
  readonly next: ParseCheckpoint;
};

export type StepPlan = {
  /** null: the whole wall. */
  readonly postId: string | null;
  readonly window: PostWindow;
  readonly withThreads: boolean;
};

type Deps = {
  readonly vk: Pick<VkReads, 'turn'>;
  readonly plan: StepPlan;
  readonly pageSize: PageSize;
  readonly signal: AbortSignal;
};

export type Steps = {
  /** The next page of posts. */
  listPosts(at: ParseCheckpoint): Promise<Step>;
  /** The next page of comments: of the post at work, or of the next one pending. */
  readComments(at: ParseCheckpoint): Promise<Step>;
};

/** One request to VK each, and what follows from its answer. */
export const makeSteps = (deps: Deps): Steps => ({
  listPosts: async (at) => toPostStep(at, deps.plan.postId === null ? await listWall(deps, at) : await listOne(deps, at, deps.plan.postId)),
  readComments: async (at) => {
    const post = at.current ?? { postId: at.pending[0] ?? '', levels: [newLevel(null)] };
    const from = at.current === null ? { ...at, pending: at.pending.slice(1) } : at;
    const [level, ...rest] = post.levels;
    if (level === undefined) return nothing({ ...from, current: null });
    const answered = await readLevel(deps, { ownerId: at.ownerId, postId: post.postId, level });
    if ('failed' in answered) return toFailedStep(from, { failed: answered.failed, postId: post.postId, rest });
    const { page, requested } = answered;
    const threads = deps.plan.withThreads ? unreadThreads(page) : [];
    const goOn = followLevel({ level, page, requested });
    const levels = [...threads, ...(goOn === null ? [] : [goOn]), ...rest];
    const comments = page.threads.flatMap(({ root, replies }) => [root, ...(deps.plan.withThreads ? replies : [])]);
    const current = levels.length === 0 ? null : { postId: post.postId, levels };
    return {
      posts: [],
      authors: page.authors,
      comments,
      next: { ...counted(from, countNew({ level, page, threads, plan: deps.plan })), current },
    };
  },
});

type Listed = { readonly page: PostsPage; readonly wanted: readonly PostRow[]; readonly wall: ParseCheckpoint['wall'] };

const listWall = async ({ vk, plan, signal }: Deps, at: ParseCheckpoint): Promise<Listed> => {
  const { ownerId, wall } = at;
  const page = await askPosts(vk, { kind: 'posts', ownerId, offset: wall.offset, count: POSTS_AT_ONCE }, signal);
  const selected = at.totals.posts;
  return { page, ...followWall({ wall, page, requested: POSTS_AT_ONCE, window: plan.window, selected }) };
};

const listOne = async ({ vk, signal }: Deps, at: ParseCheckpoint, postId: string): Promise<Listed> => {
  const page = await askPosts(vk, { kind: 'postsById', keys: [{ ownerId: at.ownerId, postId }] }, signal);
  return { page, wanted: page.posts, wall: { ...at.wall, isListed: true, total: page.posts.length } };
};

const toPostStep = (at: ParseCheckpoint, { page, wanted, wall }: Listed): Step => {
  const commented = wanted.filter(({ commentsClaimed }) => commentsClaimed > 0);
  const closed = commented.filter(({ canReadComments }) => !canReadComments);
  const failed = closed.map(({ postId }) => ({ postId, vkCode: 212, reason: 'The comments of the post are closed or hidden.' }));
  return {
    posts: wanted,
    authors: page.authors,
    comments: [],
    next: {
      ...counted(at, 0),
      wall,
      page: wanted.map(({ postId }) => postId),
      pending: commented.filter(({ canReadComments }) => canReadComments).map(({ postId }) => postId),
      failedPosts: withFailed(at, failed),
    },
  };
};

type Asked = Pick<VkReads, 'turn'>;

const ask = async (vk: Asked, read: VkRead, signal: AbortSignal): Promise<Exclude<VkReadAnswer, { readonly kind: 'refused' }>> => {
  const { answers } = await (await vk.turn(signal)).send([read], signal);
  const [answer] = answers;
  if (answer === undefined) throw new InternalError('VK was asked and there is no answer.');
  if (answer.kind === 'refused') throw answer.error;
  return answer;
};

const askPosts = async (vk: Asked, read: VkRead, signal: AbortSignal): Promise<PostsPage> => {
  const answer = await ask(vk, read, signal);
  if (answer.kind !== 'posts') throw new InternalError('VK was asked for posts and the answer has comments.');
  return answer.page;
};

type LevelAnswer = { readonly page: CommentsPage; readonly requested: number } | { readonly failed: FailedPost };

const readLevel = async (
  { vk, plan, pageSize, signal }: Deps,
  { ownerId, postId, level }: { readonly ownerId: string; readonly postId: string; readonly level: Level },
): Promise<LevelAnswer> => {
  const { rootId } = level;
  const threadItems = rootId === null && plan.withThreads ? THREAD_ITEMS : 0;
  const startCommentId = level.anchors[0] ?? null;
  try {
    return await pageSize.fit(async (count) => {
      const answer = await ask(vk, { kind: 'comments', ownerId, postId, rootId, startCommentId, offset: 0, count, threadItems }, signal);
      if (answer.kind !== 'comments') throw new InternalError('VK was asked for comments and the answer has posts.');
      return answer.page;
    });
  } catch (thrown) {
    const failed = toFailedPost(postId, thrown);
    if (failed === null) throw thrown;
    return { failed };
  }
};

type Page = { readonly level: Level; readonly page: CommentsPage; readonly threads: readonly Level[]; readonly plan: StepPlan };

/**
 * Comments of a page for the progress: each once. The page begins with the last comment of the one before, and replies
 * that came along with their root come once more when the whole thread is read.
 */
const countNew = ({ level, page, threads, plan }: Page): number => {
  const place = page.threads.findIndex(({ root }) => root.commentId === level.anchors[0]);
  const again = new Set(threads.map(({ rootId }) => rootId));
  return page.threads
    .slice(place + 1)
    .reduce((sum, { root, replies }) => sum + 1 + (plan.withThreads && !again.has(root.commentId) ? replies.length : 0), 0);
};

/** What VK denies is left out: a whole post when its top level is denied, else one thread. */
const toFailedStep = (
  at: ParseCheckpoint,
  { failed, postId, rest }: { readonly failed: FailedPost; readonly postId: string; readonly rest: readonly Level[] },
): Step =>
  nothing({
    ...counted(at, 0),
    current: rest.length === 0 ? null : { postId, levels: [...rest] },
    failedPosts: withFailed(at, [failed]),
  });

/** A step that brings no rows. */
export const nothing = (next: ParseCheckpoint): Step => ({ posts: [], authors: [], comments: [], next });

const counted = (at: ParseCheckpoint, read: number): ParseCheckpoint => ({
  ...at,
  totals: { ...at.totals, requests: at.totals.requests + 1, read: at.totals.read + read },
});

/** Each post once, however many of its threads were denied. */
const withFailed = ({ failedPosts }: ParseCheckpoint, failed: readonly FailedPost[]): FailedPost[] => {
  const known = new Set(failedPosts.map(({ postId }) => postId));
  return [...failedPosts, ...failed.filter(({ postId }) => !known.has(postId))].slice(0, MAX_FAILED_POSTS);
};
