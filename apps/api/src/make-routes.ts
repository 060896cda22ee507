import {
  type Failpoint,
  type JobDefaults,
  type SteerQueues,
  type WallCheck,
  createCancelMetrics,
  makeAddKeyword,
  makeAddToken,
  makeCancelJob,
  makeCheckTargets,
  makeChangeToken,
  makeListComments,
  makeListExports,
  makeListKeywords,
  makeListPosts,
  makeListTokens,
  makeListWalls,
  makeReadComment,
  makeReadExport,
  makeReadOverview,
  makeReadToken,
  makeReadWall,
  makeProbeToken,
  makeRemoveKeyword,
  makeRemoveToken,
  makeReadTargetLists,
  makeRetryJob,
  makeStoreTargetList,
  makeSubmitJob,
  makeWakeJobs,
} from '@otklik/core';
import type { Database } from '@otklik/db';
import {
  type Cache,
  type Keyring,
  type Logger,
  type Metrics,
  type Pacing,
  type Readiness,
  createLocalFileStore,
  newId,
  systemClock,
} from '@otklik/shared';
import { makeProbeVkToken } from '@otklik/vk';
import type { ReadHealth } from './http/health/read-health.ts';
import type { Route } from './http/route.ts';
import { commentRoutes } from './http/routes/comments.routes.ts';
import { documentRoutes } from './http/routes/document.routes.ts';
import { exportRoutes } from './http/routes/exports.routes.ts';
import { healthRoutes } from './http/routes/health.routes.ts';
import { jobHistoryRoutes } from './http/routes/job-history.routes.ts';
import { jobMoveRoutes } from './http/routes/job-moves.routes.ts';
import { jobRoutes } from './http/routes/jobs.routes.ts';
import { keywordRoutes } from './http/routes/keywords.routes.ts';
import { operationsRoutes } from './http/routes/operations.routes.ts';
import { queueRoutes } from './http/routes/queues.routes.ts';
import { statsRoutes } from './http/routes/stats.routes.ts';
import { submitRoutes } from './http/routes/submit.routes.ts';
import { targetListRoutes } from './http/routes/target-lists.routes.ts';
import { vkTokenRoutes } from './http/routes/vk-tokens.routes.ts';
import { wallRoutes } from './http/routes/walls.routes.ts';
import type { WaitForChange } from './http/wait-for-change.ts';

type Parts = {
  readonly db: Database;
  readonly exportDir: string;
  readonly jobDefaults: JobDefaults | undefined;
  readonly keyring: Keyring | undefined;
  /** Where tokens are probed, in turn with those who collect. */
  readonly vk: { readonly baseUrl: string; readonly wall: string; readonly pacing: Pacing };
  readonly logger: Logger;
  /** undefined: VK is not asked about targets. */
  readonly walls: { of(workspaceId: string): WallCheck } | undefined;
  readonly dispatcher: { nudge(): void };
  readonly readiness: () => Promise<Readiness>;
  readonly readHealth: ReadHealth;
  readonly steerQueues: SteerQueues;
  readonly waitForChange: WaitForChange;
  readonly cache: Cache;
  readonly metrics: Metrics;
  readonly failpoint: Failpoint | undefined;
};

/** Everything that the API serves, with its use cases, and the pages that describe it. */
export const makeRoutes = (parts: Parts): Route[] => {
  const routes = productRoutes(parts);
  return [...routes, ...documentRoutes(routes)];
};

const productRoutes = (parts: Parts): Route[] => [
  ...operatorRoutes(parts),
  ...routesOfTokens(parts),
  ...routesOfJobs(parts),
  ...routesOfTargets(parts),
  ...routesOfData(parts),
];

const operatorRoutes = ({ db, readiness, readHealth, steerQueues, cache, metrics }: Parts): Route[] => [
  ...healthRoutes({ readiness, readHealth }),
  ...operationsRoutes({ workers: db.workers, metrics }),
  ...queueRoutes({ queueDepths: db.queueDepths, pauses: db.queuePauses, settings: db.queueSettings, steerQueues, cache }),
];

const routesOfTokens = ({ db: { jobs, vkTokens: tokens }, dispatcher, keyring, vk, logger }: Parts): Route[] => {
  const changes = { tokens, wakeJobs: makeWakeJobs({ jobs, dispatcher, logger }), logger };
  return vkTokenRoutes({
    addToken: makeAddToken({ ...changes, keyring, newId }),
    listTokens: makeListTokens({ tokens }),
    readToken: makeReadToken({ tokens }),
    changeToken: makeChangeToken(changes),
    removeToken: makeRemoveToken(changes),
    probeToken: makeProbeToken({ ...changes, keyring, probe: makeProbeVkToken({ ...vk, clock: systemClock }) }),
  });
};

const routesOfJobs = ({ db, walls, logger, dispatcher, waitForChange, metrics, failpoint, jobDefaults: defaults }: Parts): Route[] => [
  ...submitRoutes({
    submitJob: makeSubmitJob({
      jobs: db.jobs,
      dispatcher,
      newId,
      checkTargets: makeCheckTargets({ lists: db.targetLists, walls, clock: systemClock, logger }),
      ...(defaults && { defaults }),
      ...(failpoint && { failpoint }),
    }),
  }),
  ...jobRoutes({ jobs: db.jobs, waitForChange }),
  ...jobHistoryRoutes({ jobs: db.jobs, jobLog: db.jobLog }),
  ...jobMoveRoutes({
    jobs: db.jobs,
    cancelJob: makeCancelJob({ jobs: db.jobs, dispatcher, metrics: createCancelMetrics(metrics) }),
    retryJob: makeRetryJob({ jobs: db.jobs, dispatcher, newId }),
  }),
];

const routesOfTargets = ({ db }: Parts): Route[] =>
  targetListRoutes({
    storeTargetList: makeStoreTargetList({ lists: db.targetLists, newId }),
    targetLists: makeReadTargetLists({ lists: db.targetLists }),
  });

const routesOfData = ({ db, exportDir, cache }: Parts): Route[] => [
  ...statsRoutes({ readOverview: makeReadOverview({ stats: db.stats, cache, now: () => new Date() }) }),
  ...commentRoutes({ listComments: makeListComments({ comments: db.comments }), readComment: makeReadComment({ comments: db.comments }) }),
  ...wallRoutes({
    listWalls: makeListWalls({ walls: db.walls }),
    readWall: makeReadWall({ walls: db.walls }),
    listPosts: makeListPosts({ walls: db.walls }),
  }),
  ...keywordRoutes({
    addKeyword: makeAddKeyword({ keywords: db.keywords, newId }),
    listKeywords: makeListKeywords({ keywords: db.keywords }),
    removeKeyword: makeRemoveKeyword({ keywords: db.keywords }),
  }),
  ...exportRoutes({
    readExport: makeReadExport({ exports: db.exports }),
    listExports: makeListExports({ exports: db.exports }),
    files: createLocalFileStore({ dir: exportDir }),
  }),
];
