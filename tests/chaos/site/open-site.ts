import { type Scope } from '@otklik/shared';
import {
  type PrivateRedis,
  type PrivateServer,
  queryOn,
  startPrivatePostgres,
  startPrivateRedis,
  type TestDatabase,
} from '@otklik/testing';
import { type ProductUnderTest, startProduct } from '../../system/testing/product-under-test.ts';
import type { ChaosOptions } from '../options.ts';
import type { Plan } from '../plan/make-plan.ts';

/** What a run stands on. Nothing of it is shared with anybody. */
export type Site = {
  readonly product: ProductUnderTest;
  readonly postgres: PrivateServer;
  /** Undefined when the queue is on PostgreSQL. */
  readonly redis: PrivateRedis | undefined;
  readonly queueUrl: string;
  /** Past all proxies. */
  readonly query: TestDatabase['query'];
};

/** Every answer of VK takes so long: jobs last long enough to be met by a fault. */
const LATENCY_MS = { production: 90, quick: 40 };

/** Five processes and their movers, with room for those who look. */
const SETTINGS = { max_connections: '500' };

export const openSite = async (scope: Scope, { engine, pace }: ChaosOptions, plan: Plan): Promise<Site> => {
  const postgres = scope.use('postgres', await startPrivatePostgres({ settings: SETTINGS }), (it) => it.stop());
  const redis = engine === 'redis' ? scope.use('redis', await startPrivateRedis({ aof: true }), (it) => it.stop()) : undefined;
  const queueUrl = redis?.url ?? postgres.url;
  const simulator = { latencyMs: LATENCY_MS[pace], walls: plan.walls };
  const stores = { databaseUrl: postgres.url, queueUrl };
  // Times of production are those of the product's own program.
  const paced = pace === 'quick' ? { pace } : {};
  const product = scope.use('product', await startProduct({ ...stores, ...paced, simulator }), (it) => it.stop());
  return { product, postgres, redis, queueUrl, query: queryOn(postgres.url) };
};
