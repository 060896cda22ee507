import {
  JobType,
  Priority,
  QueueBody,
  type QueueDepth,
  QueuePage,
  type QueuePauses,
  WorkerPage,
  type WorkerRegistry,
  jobTypes,
} from '@otklik/contracts';
import type { SteerQueues } from '@otklik/core';
import { type Cache, type CacheKey, type Metrics, NotFoundError, cacheKinds } from '@otklik/shared';
import { z } from 'zod';
import { NoQuery } from '../inputs.ts';
import { type KeyedRoute, type Route, keyedRoute } from '../route.ts';
import { toQueueBody, toWorkerBody } from '../views/operations-views.ts';

const Depths = z.array(
  z.object({ type: JobType, priority: Priority, waiting: z.number(), running: z.number(), oldestSeconds: z.number().nullable() }),
);
type Depths = z.output<typeof Depths>;

const DEPTHS: CacheKey<Depths> = { kind: cacheKinds.queues, id: 'depths', parse: (value) => Depths.parse(value) };

const OneQueue = z.object({ id: z.string().describe('Its name: a type of job.') });

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
  listQueues(deps),
  steer(deps, { way: 'pause', does: 'Nothing of its type begins until it is resumed; what runs goes on. Jobs are accepted as before.' }),
  steer(deps, { way: 'resume', does: 'What waited for it begins at once.' }),
  listWorkers(deps),
  exposeMetrics(deps),
];

const listQueues = (deps: Deps): KeyedRoute =>
  keyedRoute({
    method: 'get',
    path: '/v1/queues',
    scope: 'admin',
    doc: {
      operationId: 'listQueues',
      tag: 'Operation',
      summary: 'What waits and what runs',
      description: 'Of all workspaces, by type and priority; at most two seconds old.',
      answers: { 200: { description: 'Every queue, also those that are empty.', body: QueuePage } },
    },
    input: { query: NoQuery },
    handle: async ({ res }) => {
      const [depths, pauses] = await Promise.all([depthsOf(deps), deps.pauses.list()]);
      res.json({ items: jobTypes.map((type) => toQueueBody(type, depths, pauses)), nextCursor: null });
    },
  });

const steer = (deps: Deps, { way, does }: { readonly way: keyof SteerQueues; readonly does: string }): KeyedRoute =>
  keyedRoute({
    method: 'post',
    path: `/v1/queues/:id\\:${way}`,
    scope: 'admin',
    doc: {
      operationId: `${way}Queue`,
      tag: 'Operation',
      summary: `${way === 'pause' ? 'Pause' : 'Resume'} a queue`,
      description: `${does} Doing it again changes nothing.`,
      answers: { 200: { description: 'The queue as it is now.', body: QueueBody } },
    },
    input: { path: OneQueue, query: NoQuery, body: z.strictObject({}) },
    handle: async ({ principal, input, res }) => {
      const type = JobType.safeParse(input.path.id).data;
      if (type === undefined) throw new NotFoundError(`There is no such queue: they are ${jobTypes.join(', ')}.`);
      await deps.steerQueues[way](type, principal.keyId);
      const [depths, pauses] = await Promise.all([depthsOf(deps), deps.pauses.list()]);
      res.json(toQueueBody(type, depths, pauses));
    },
  });

const listWorkers = ({ workers }: Deps): KeyedRoute =>
  keyedRoute({
    method: 'get',
    path: '/v1/workers',
    scope: 'admin',
    doc: {
      operationId: 'listWorkers',
      tag: 'Operation',
      summary: 'Who works',
      description: 'Processes in the order of their names, 1,000 at most. Those that were silent for an hour are forgotten.',
      answers: { 200: { description: 'The workers of this installation.', body: WorkerPage } },
    },
    input: { query: NoQuery },
    handle: async ({ res }) => {
      res.json({ items: (await workers.list()).map(toWorkerBody), nextCursor: null });
    },
  });

const exposeMetrics = ({ metrics }: Deps): KeyedRoute =>
  keyedRoute({
    method: 'get',
    path: '/metrics',
    scope: 'admin',
    doc: {
      operationId: 'readMetrics',
      tag: 'Operation',
      summary: 'Metrics of this process for Prometheus',
      answers: { 200: { description: 'The text format of Prometheus.', media: ['text/plain'] } },
    },
    input: { query: NoQuery },
    handle: async ({ res }) => {
      const { contentType, text } = await metrics.expose();
      res.setHeader('Content-Type', contentType);
      res.end(text);
    },
  });

const depthsOf = ({ cache, queueDepths }: Deps): Promise<Depths> => cache.getOrLoad(DEPTHS, async () => [...(await queueDepths())]);
