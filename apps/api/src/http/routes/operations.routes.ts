import { JobType, type QueueDepth, type QueuePauses, type WorkerRegistry, jobTypes } from '@otklik/contracts';
import type { SteerQueues } from '@otklik/core';
import { type Cache, type CacheKey, type Metrics, NotFoundError } from '@otklik/shared';
import { z } from 'zod';
import { checkInput } from '../check-input.ts';
import type { Call, Route } from '../route.ts';
import { toQueueBody, toWorkerBody } from '../views/operations-views.ts';

const NoQuery = z.strictObject({});
const NoBody = z.strictObject({}).optional();

/** What a dashboard that asks every second may cost the database. */
const DEPTHS_TTL_MS = 2_000;

const Depths = z.array(
  z.object({ type: JobType, priority: z.string(), waiting: z.number(), running: z.number(), oldestSeconds: z.number().nullable() }),
);
type Depths = z.output<typeof Depths>;

const DEPTHS: CacheKey<Depths> = { name: 'queues:2', parse: (value) => Depths.parse(value) };

type Deps = {
  readonly queueDepths: () => Promise<readonly QueueDepth[]>;
  readonly pauses: Pick<QueuePauses, 'list'>;
  readonly steerQueues: SteerQueues;
  readonly workers: Pick<WorkerRegistry, 'list'>;
  readonly cache: Cache;
  readonly metrics: Metrics;
};

/** For those who run the installation: its queues and workers are those of all workspaces. */
export const operationsRoutes = (deps: Deps): Route[] => [
  { method: 'get', path: '/v1/queues', scope: 'admin', handle: listQueues(deps) },
  { method: 'post', path: '/v1/queues/:id\\:pause', scope: 'admin', handle: steer(deps, 'pause') },
  { method: 'post', path: '/v1/queues/:id\\:resume', scope: 'admin', handle: steer(deps, 'resume') },
  { method: 'get', path: '/v1/workers', scope: 'admin', handle: listWorkers(deps) },
  { method: 'get', path: '/metrics', scope: 'admin', handle: expose(deps) },
];

const listQueues =
  (deps: Deps) =>
  async ({ req, res }: Call): Promise<void> => {
    checkInput(NoQuery, req.query, 'query');
    const [depths, pauses] = await Promise.all([depthsOf(deps), deps.pauses.list()]);
    res.json({ items: jobTypes.map((type) => toQueueBody(type, depths, pauses)), nextCursor: null });
  };

const steer =
  (deps: Deps, way: keyof SteerQueues) =>
  async ({ principal, req, res }: Call): Promise<void> => {
    checkInput(NoQuery, req.query, 'query');
    checkInput(NoBody, req.body, 'body');
    const type = JobType.safeParse(req.params['id']).data;
    if (type === undefined) throw new NotFoundError(`There is no such queue: they are ${jobTypes.join(', ')}.`);
    await deps.steerQueues[way](type, principal.keyId);
    const [depths, pauses] = await Promise.all([depthsOf(deps), deps.pauses.list()]);
    res.json(toQueueBody(type, depths, pauses));
  };

const listWorkers =
  ({ workers }: Deps) =>
  async ({ req, res }: Call): Promise<void> => {
    checkInput(NoQuery, req.query, 'query');
    res.json({ items: (await workers.list()).map(toWorkerBody), nextCursor: null });
  };

const expose =
  ({ metrics }: Deps) =>
  async ({ req, res }: Call): Promise<void> => {
    checkInput(NoQuery, req.query, 'query');
    const { contentType, text } = await metrics.expose();
    res.setHeader('Content-Type', contentType);
    res.end(text);
  };

const depthsOf = ({ cache, queueDepths }: Deps): Promise<Depths> =>
  cache.getOrLoad(DEPTHS, async () => [...(await queueDepths())], { ttlMs: DEPTHS_TTL_MS });
