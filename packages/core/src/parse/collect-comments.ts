import type { CommentStore, ParsePayload, ParseResult, Progress, WallReads, WallRow } from '@otklik/contracts';
import { type Logger, NotFoundError, ValidationError } from '@otklik/shared';
import type { JobContext, JobSuccess, Processor } from '../jobs/job-context.ts';
import type { CollectMetrics } from './collect-metrics.ts';
import { createPageSize } from './page-size.ts';
import { ParseCheckpoint, newCheckpoint } from './parse-checkpoint.ts';
import { type Step, type StepPlan, type Steps, makeSteps, nothing } from './parse-step.ts';
import { makeTellCollection } from './tell-collection.ts';
import { asWait, mayBeTooHeavy } from './vk-faults.ts';
import type { VkOfWorkspaces } from './vk-reads.ts';

export type CollectCommentsDeps = {
  readonly vk: VkOfWorkspaces;
  readonly comments: Pick<CommentStore, 'storePage'>;
  readonly walls: Pick<WallReads, 'coverage'>;
  readonly logger: Logger;
  /** Default: nothing is counted. */
  readonly metrics?: CollectMetrics;
};

type Context = JobContext<'parse'>;

/**
 * Collects the comments of a wall or of one post. Each answer of VK is stored together with the place to go on from, so
 * an attempt may end at any line and the next one asks VK for one page again at most. What VK denies for single posts is
 * listed in the result; a wall that it denies as a whole fails the job.
 */
export const makeCollectComments =
  (deps: CollectCommentsDeps): Processor<'parse'> =>
  async (context) => {
    try {
      return await collect(deps, context);
    } catch (thrown) {
      throw asWait(thrown);
    }
  };

const collect = async (deps: CollectCommentsDeps, context: Context): Promise<JobSuccess<'parse'>> => {
  const plan = planOf(context.payload);
  const { pageSize: kept, ...from } = await restore(deps, context);
  const pageSize = createPageSize(kept);
  const steps = makeSteps({ vk: deps.vk.of(context.job.workspaceId), plan, pageSize, signal: context.signal });
  const tell = makeTellCollection(deps.logger);
  let at: ParseCheckpoint = from;
  while (!isDone(at)) {
    at = at.page.length > 0 && isPageRead(at) ? await closePage(deps, context, at) : at;
    if (isDone(at)) break;
    try {
      const step = await takeStep(steps, at);
      await store(deps, context, step);
      tell.refused(at, step.next);
      at = step.next;
    } catch (thrown) {
      // Only here can the next attempt learn of it: whether VK is down or the page too heavy shows when less is asked for.
      if (mayBeTooHeavy(thrown)) await askForLess(deps, context, { ...at, pageSize: pageSize.smaller() });
      throw thrown;
    }
  }
  tell.ended(at);
  return { result: resultOf(at, plan), outcome: at.failedPosts.length > 0 ? 'partial' : 'complete' };
};

const askForLess = async (deps: CollectCommentsDeps, context: Context, next: ParseCheckpoint): Promise<void> => {
  await store(deps, context, nothing(next));
  makeTellCollection(deps.logger).asksForLess(next.pageSize ?? 0);
};

const isPageRead = ({ pending, current }: ParseCheckpoint): boolean => pending.length === 0 && current === null;
const isDone = (at: ParseCheckpoint): boolean => at.wall.isListed && isPageRead(at) && at.page.length === 0;

const takeStep = (steps: Steps, at: ParseCheckpoint): Promise<Step> => (isPageRead(at) ? steps.listPosts(at) : steps.readComments(at));

/** The place where the attempt before stopped, or the beginning, with the wall found and stored. */
const restore = async (deps: CollectCommentsDeps, context: Context): Promise<ParseCheckpoint> => {
  // One of another version is no place to go on from. Beginning again costs requests and doubles nothing.
  const kept = ParseCheckpoint.safeParse(context.job.checkpoint);
  const tell = makeTellCollection(deps.logger);
  if (kept.success) {
    tell.goesOn(kept.data, context.job.starts);
    return kept.data;
  }
  const wall = await deps.vk.of(context.job.workspaceId).resolveWall(wallRefOf(context.payload), context.signal);
  const next = newCheckpoint(wall.ownerId);
  await store(deps, context, { posts: [], authors: [], comments: [], next, walls: [wall] });
  tell.found(wall.ownerId);
  return next;
};

const store = async (
  { comments, metrics }: CollectCommentsDeps,
  context: Context,
  step: Step & { readonly walls?: readonly WallRow[] },
): Promise<void> => {
  const stored = await comments.storePage({
    lease: context.lease,
    workspaceId: context.job.workspaceId,
    walls: step.walls,
    posts: step.posts,
    authors: context.payload.options.includeAuthors ? step.authors : [],
    comments: step.comments,
    checkpoint: step.next,
    progress: progressOf(step.next),
    signal: context.signal,
  });
  if (stored.state !== 'fenced') metrics?.stored({ ...stored, read: step.comments.length });
  context.heed(stored.state);
  context.checkpointReached();
};

/**
 * Counts what is stored of the posts of a finished page. Counted from the rows, not added up on the way: an attempt that
 * was cut off reports the same numbers as one that was not.
 */
const closePage = async (deps: CollectCommentsDeps, { job, signal }: Context, at: ParseCheckpoint): Promise<ParseCheckpoint> => {
  const coverage = await deps.walls.coverage({
    workspaceId: job.workspaceId,
    keys: at.page.map((postId) => ({ ownerId: at.ownerId, postId })),
    ...(job.startedAt !== null && { newSince: job.startedAt }),
    signal,
  });
  const next = {
    ...at,
    page: [],
    totals: {
      ...at.totals,
      posts: at.totals.posts + coverage.posts,
      comments: at.totals.comments + coverage.collected,
      newComments: at.totals.newComments + coverage.collectedSince,
      claimed: at.totals.claimed + coverage.claimed,
      missing: at.totals.missing + coverage.missing,
    },
  };
  makeTellCollection(deps.logger).postsRead(at, next);
  return next;
};

const planOf = ({ target, window, options }: ParsePayload): StepPlan => ({
  postId: 'post' in target ? (target.post.split('_')[1] ?? null) : null,
  window: {
    since: window.since === undefined ? null : new Date(window.since),
    until: window.until === undefined ? null : new Date(window.until),
    maxPosts: window.maxPosts ?? null,
  },
  withThreads: options.threads,
});

const wallRefOf = ({ target }: ParsePayload): string => {
  if ('wall' in target) return target.wall;
  if ('post' in target) return target.post.split('_')[0] ?? '';
  throw new ValidationError('Lists are not collected yet.', [{ pointer: '/target', detail: 'must be a wall or a post' }]);
};

const progressOf = ({ totals, page, pending, current, wall }: ParseCheckpoint): Progress => {
  const open = pending.length + (current === null ? 0 : 1);
  const done = totals.posts + page.length - open;
  return {
    stage: 'comments',
    done,
    total: wall.isListed ? totals.posts + page.length : wall.total,
    unit: 'posts',
    message: `${totals.read} comments of ${done} posts`,
  };
};

const resultOf = (at: ParseCheckpoint, { postId }: StepPlan): ParseResult => {
  const { read: _read, ...totals } = at.totals;
  if (postId !== null && totals.posts === 0) throw new NotFoundError('VK has no such post, or does not show it.');
  return { ownerId: at.ownerId, postId, ...totals, failedPosts: at.failedPosts };
};
