import {
  type CollectedTotals,
  JOBS_COUNTED_MAX,
  type JobCount,
  type JobType,
  OverviewBody,
  type StatsReads,
  jobStates,
  jobTypes,
} from '@otklik/contracts';
import { type Cache, type CacheKey, cacheKinds } from '@otklik/shared';

type Deps = {
  readonly stats: StatsReads;
  readonly cache: Pick<Cache, 'getOrLoad'>;
  /** The present moment. */
  readonly now: () => Date;
};

export type ReadOverview = (workspaceId: string) => Promise<OverviewBody>;

/** Totals of a workspace, counted once a minute at most, whoever asks in whatever process. Throws DatabaseError. */
export const makeReadOverview =
  ({ stats, cache, now }: Deps): ReadOverview =>
  (workspaceId) => {
    const load = async (): Promise<OverviewBody> => {
      const countedAt = now();
      const [collected, jobs] = await Promise.all([stats.collected(workspaceId), stats.jobs(workspaceId)]);
      return toOverview({ countedAt, collected, jobs });
    };
    return cache.getOrLoad(keyOf(workspaceId), load);
  };

const keyOf = (workspaceId: string): CacheKey<OverviewBody> => ({
  kind: cacheKinds.statistics,
  id: `${workspaceId}:overview`,
  parse: (value) => OverviewBody.parse(value),
});

type Counted = { readonly countedAt: Date; readonly collected: CollectedTotals; readonly jobs: readonly JobCount[] };

const toOverview = ({ countedAt, collected, jobs }: Counted): OverviewBody => ({
  countedAt: countedAt.toISOString(),
  walls: collected.walls,
  posts: collected.posts,
  authors: collected.authors,
  comments: { stored: collected.comments, deleted: collected.commentsDeleted },
  coverage: { claimed: collected.commentsClaimed, collected: collected.comments },
  jobs: {
    byType: jobTypes.map((type) => ({ type, states: statesOf(type, jobs) })),
    isCapped: jobStates.some((state) => sum(jobs.filter((one) => one.state === state)) >= JOBS_COUNTED_MAX),
  },
  lastCollectedAt: collected.lastCollectedAt?.toISOString() ?? null,
});

type States = OverviewBody['jobs']['byType'][number]['states'];

const statesOf = (type: JobType, jobs: readonly JobCount[]): States => {
  const of = (state: JobCount['state']): number => sum(jobs.filter((one) => one.type === type && one.state === state));
  return {
    blocked: of('blocked'),
    queued: of('queued'),
    running: of('running'),
    cancelling: of('cancelling'),
    succeeded: of('succeeded'),
    failed: of('failed'),
    timed_out: of('timed_out'),
    cancelled: of('cancelled'),
  };
};

const sum = (counts: readonly JobCount[]): number => counts.reduce((total, { jobs }) => total + jobs, 0);
