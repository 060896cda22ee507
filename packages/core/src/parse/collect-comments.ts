import type { CommentStore, ParsePayload, ParseResult, TargetReads, WallReads } from '@otklik/contracts';
import { type Clock, type Logger, NotFoundError, systemClock } from '@otklik/shared';
import type { JobContext, JobSuccess, Processor } from '../jobs/job-context.ts';
import type { CollectMetrics } from './collect-metrics.ts';
import { Frontier, newFrontier } from './frontier/frontier.ts';
import { openTargets } from './frontier/targets.ts';
import { collectPlanOf } from './planning/collect-plan.ts';
import { countPosts } from './running/count-posts.ts';
import { crawl } from './running/crawl.ts';
import { createLandings } from './running/landings.ts';
import { resultOf } from './running/result.ts';
import { makeStoreHarvest } from './running/store-harvest.ts';
import { makeTellCollection } from './tell-collection.ts';
import { asWait } from './vk-faults.ts';
import type { VkOfWorkspaces } from './vk-reads.ts';

export type CollectCommentsDeps = {
  readonly vk: VkOfWorkspaces;
  readonly comments: Pick<CommentStore, 'storePage'>;
  readonly walls: Pick<WallReads, 'wallByOwner' | 'knownPosts' | 'coverage'>;
  /** Uploaded lists of targets. */
  readonly lists: Pick<TargetReads, 'read' | 'named'>;
  readonly logger: Logger;
  /** Default: nothing is counted. */
  readonly metrics?: CollectMetrics;
  /** Default: the clock of the machine. */
  readonly clock?: Clock;
  /** Unix time in milliseconds. Default: that of the machine. */
  readonly now?: () => number;
};

type Context = JobContext<'parse'>;

/**
 * Collects the comments of walls and posts. What VK answers is stored together with all that is open then, so an attempt
 * may end at any line, and the next one asks VK again for no more than was in flight. What VK denies is listed in the
 * result, and the rest is collected; a wall or post that is the only target fails the job.
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
  const { walls, clock = systemClock, now = Date.now } = deps;
  const { payload, signal, job } = context;
  const { workspaceId } = job;
  const tell = makeTellCollection(deps.logger);
  const plan = collectPlanOf(payload);
  const targets = openTargets(payload, { lists: deps.lists, workspaceId });
  const store = makeStoreHarvest({ ...deps, context });
  const stores = { walls, workspaceId, newSince: job.startedAt, signal };
  const land = createLandings({ ...stores, plan, targets, store, tell, now });

  const from = restore(context, tell.goesOn);
  const vk = deps.vk.of(workspaceId);
  const read = await crawl(from, { vk, plan, targets, land, clock, signal, checkpointReached: context.checkpointReached });
  const counted = await countPosts(read, stores);
  await store({}, counted);
  tell.ended(counted);
  return successOf(counted, payload);
};

/** Where the attempt before stopped, or the beginning. */
const restore = ({ job }: Context, goesOn: (at: Frontier, starts: number) => void): Frontier => {
  // One of another version is no place to go on from. Beginning again costs requests and doubles nothing.
  const kept = Frontier.safeParse(job.checkpoint);
  if (!kept.success) return newFrontier();
  goesOn(kept.data, job.starts);
  return kept.data;
};

const successOf = (at: Frontier, { target }: ParsePayload): JobSuccess<'parse'> => {
  const postId = 'post' in target ? (target.post.split('_')[1] ?? null) : null;
  if (postId !== null && at.totals.posts === 0) throw new NotFoundError('VK has no such post, or does not show it.');
  const result: ParseResult = resultOf(at, postId);
  return { result, outcome: at.failures.total > 0 ? 'partial' : 'complete' };
};
