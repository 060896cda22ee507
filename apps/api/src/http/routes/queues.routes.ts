import {
  JobType,
  MAX_CONCURRENCY,
  Priority,
  QueueBody,
  type QueueDepth,
  QueuePage,
  type QueuePauses,
  type QueueSettings,
  jobTypes,
} from '@otklik/contracts';
import type { SteerQueues } from '@otklik/core';
import { type Cache, type CacheKey, NotFoundError, cacheKinds } from '@otklik/shared';
import { z } from 'zod';
import { NoQuery } from '../inputs.ts';
import { type KeyedRoute, type Route, keyedRoute } from '../route.ts';
import { toQueueBody } from '../views/operations-views.ts';

const Depths = z.array(
  z.object({ type: JobType, priority: Priority, waiting: z.number(), running: z.number(), oldestSeconds: z.number().nullable() }),
);
type Depths = z.output<typeof Depths>;

const DEPTHS: CacheKey<Depths> = { kind: cacheKinds.queues, id: 'depths', parse: (value) => Depths.parse(value) };

const OneQueue = z.object({ id: z.string().describe('Its name: a type of job.') });

const SettingsBody = z
  .strictObject({
    concurrency: z
      .int()
      .min(1)
      .max(MAX_CONCURRENCY)
      .nullable()
      .describe('Attempts at once in each worker process; null: what each of them was started with.'),
  })
  .meta({ examples: [{ concurrency: 8 }] });

type Deps = {
  readonly queueDepths: () => Promise<readonly QueueDepth[]>;
  readonly pauses: Pick<QueuePauses, 'list'>;
  readonly settings: Pick<QueueSettings, 'list'>;
  readonly steerQueues: SteerQueues;
  readonly cache: Cache;
};

/** For those who run the installation: its queues are those of all workspaces. */
export const queueRoutes = (deps: Deps): Route[] => [
  listQueues(deps),
  steer(deps, {
    way: 'pause',
    summary: 'Pause a queue',
    does: 'Nothing of its type begins until it is resumed; what runs goes on. Jobs are accepted as before. A queue that drains goes on draining.',
  }),
  steer(deps, {
    way: 'drain',
    summary: 'Drain a queue',
    does: 'Like pausing it, and each job that runs is asked to give its turn back at its next safe point: it loses nothing, spends no attempt, and goes on from there once the queue is resumed. An export has no such point and runs to its end. `running` says how many still run.',
  }),
  steer(deps, { way: 'resume', summary: 'Resume a queue', does: 'Ends a pause and a drain; what waited for it begins at once.' }),
  change(deps),
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
      const depths = await deps.cache.getOrLoad(DEPTHS, async () => [...(await deps.queueDepths())]);
      const view = await viewOf(deps, depths);
      res.json({ items: jobTypes.map(view), nextCursor: null });
    },
  });

type Steering = { readonly way: 'pause' | 'drain' | 'resume'; readonly summary: string; readonly does: string };

const steer = (deps: Deps, { way, summary, does }: Steering): KeyedRoute =>
  keyedRoute({
    method: 'post',
    path: `/v1/queues/:id\\:${way}`,
    scope: 'admin',
    doc: {
      operationId: `${way}Queue`,
      tag: 'Operation',
      summary,
      description: `${does} Doing it again changes nothing.`,
      answers: { 200: { description: 'The queue as it is now.', body: QueueBody } },
    },
    input: { path: OneQueue, query: NoQuery, body: z.strictObject({}) },
    handle: async ({ principal, input, res }) => {
      const type = queueOf(input.path.id);
      await deps.steerQueues[way](type, principal.keyId);
      res.json(await readQueue(deps, type));
    },
  });

const change = (deps: Deps): KeyedRoute =>
  keyedRoute({
    method: 'patch',
    path: '/v1/queues/:id',
    scope: 'admin',
    doc: {
      operationId: 'changeQueue',
      tag: 'Operation',
      summary: 'Change what holds for a queue',
      description:
        'Each worker that serves the queue does so within a second, at the latest with its next report: more attempts begin at once, fewer when enough have ended. It holds through restarts, until it is set to null. `GET /v1/workers` tells what each worker really does.',
      answers: { 200: { description: 'The queue as it is now.', body: QueueBody } },
    },
    input: { path: OneQueue, query: NoQuery, body: SettingsBody },
    handle: async ({ principal, input, res }) => {
      const type = queueOf(input.path.id);
      await deps.steerQueues.setConcurrency(type, input.body.concurrency, principal.keyId);
      res.json(await readQueue(deps, type));
    },
  });

const queueOf = (name: string): JobType => {
  const type = JobType.safeParse(name).data;
  if (type === undefined) throw new NotFoundError(`There is no such queue: they are ${jobTypes.join(', ')}.`);
  return type;
};

/** Asked anew: who has just steered it wants to see what came of it. */
const readQueue = async (deps: Deps, type: JobType): Promise<QueueBody> => (await viewOf(deps, await deps.queueDepths()))(type);

const viewOf = async ({ pauses, settings }: Deps, depths: readonly QueueDepth[]): Promise<(type: JobType) => QueueBody> => {
  const [held, set] = await Promise.all([pauses.list(), settings.list()]);
  return (type) => toQueueBody(type, { depths, pauses: held, settings: set });
};
