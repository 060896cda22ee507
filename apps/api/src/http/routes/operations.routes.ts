import { type QueueDepth, jobTypes } from '@otklik/contracts';
import { type Cache, type CacheKey, type Metrics } from '@otklik/shared';
import { z } from 'zod';
import { checkInput } from '../check-input.ts';
import type { Call, Route } from '../route.ts';

const NoQuery = z.strictObject({});

/** What a dashboard that asks every second may cost the database. */
const DEPTHS_TTL_MS = 2_000;

const Queues = z.array(
  z.object({
    name: z.string(),
    priorities: z.array(z.object({ priority: z.string(), waiting: z.number(), running: z.number(), oldestSeconds: z.number().nullable() })),
  }),
);
type Queues = z.output<typeof Queues>;

const QUEUES: CacheKey<Queues> = { name: 'queues:1', parse: (value) => Queues.parse(value) };

type Deps = {
  readonly queueDepths: () => Promise<readonly QueueDepth[]>;
  readonly cache: Cache;
  readonly metrics: Metrics;
};

/** For those who run the installation: its queues are those of all workspaces. */
export const operationsRoutes = ({ queueDepths, cache, metrics }: Deps): Route[] => [
  {
    method: 'get',
    path: '/v1/queues',
    scope: 'admin',
    handle: async ({ req, res }: Call) => {
      checkInput(NoQuery, req.query, 'query');
      const items = await cache.getOrLoad(QUEUES, async () => toQueues(await queueDepths()), { ttlMs: DEPTHS_TTL_MS });
      res.json({ items, nextCursor: null });
    },
  },
  {
    method: 'get',
    path: '/metrics',
    scope: 'admin',
    handle: async ({ req, res }: Call) => {
      checkInput(NoQuery, req.query, 'query');
      const { contentType, text } = await metrics.expose();
      res.setHeader('Content-Type', contentType);
      res.end(text);
    },
  },
];

const toQueues = (depths: readonly QueueDepth[]): Queues =>
  jobTypes.map((name) => ({
    name,
    priorities: depths.filter(({ type }) => type === name).map(({ type: _type, ...depth }) => depth),
  }));
