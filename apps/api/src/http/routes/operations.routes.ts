import { WorkerPage, type WorkerRegistry } from '@otklik/contracts';
import type { Metrics } from '@otklik/shared';
import { NoQuery } from '../inputs.ts';
import { type KeyedRoute, type Route, keyedRoute } from '../route.ts';
import { toWorkerBody } from '../views/operations-views.ts';

type Deps = { readonly workers: Pick<WorkerRegistry, 'list'>; readonly metrics: Metrics };

/** For those who run the installation: its workers are those of all workspaces. */
export const operationsRoutes = (deps: Deps): Route[] => [listWorkers(deps), exposeMetrics(deps)];

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
