import { HealthBody, LivenessBody, ReadinessBody } from '@otklik/contracts';
import { type Readiness, answerOfReadiness, checkDraining, checkMigrations, readinessOf } from '@otklik/shared';
import type { ReadHealth } from '../health/read-health.ts';
import { NoQuery } from '../inputs.ts';
import { type KeyedRoute, type Route, keyedRoute } from '../route.ts';

type Deps = { readonly readiness: () => Promise<Readiness>; readonly readHealth: ReadHealth };

type ReadinessDeps = {
  /** What the database lacks. Rejects when it does not answer. */
  readonly pendingMigrations: () => Promise<readonly string[]>;
  readonly isDraining: () => boolean;
};

/** Whether this process can take requests. */
export const makeReadiness =
  ({ pendingMigrations, isDraining }: ReadinessDeps) =>
  async (): Promise<Readiness> =>
    readinessOf({ database: await checkMigrations(pendingMigrations), process: checkDraining(isDraining()) });

/**
 * `/livez`: the process answers. `/readyz`: it can take requests. The queue is not part of it: jobs are accepted without
 * one and run when it is back.
 */
export const healthRoutes = ({ readiness, readHealth }: Deps): Route[] => [
  health(readHealth),
  {
    method: 'get',
    path: '/livez',
    scope: 'public',
    doc: {
      operationId: 'probeLiveness',
      tag: 'Probes',
      summary: 'Whether the process answers',
      answers: { 200: { description: 'It does.', body: LivenessBody } },
    },
    handle: async ({ res }) => {
      res.json({ status: 'ok' });
    },
  },
  {
    method: 'get',
    path: '/readyz',
    scope: 'public',
    doc: {
      operationId: 'probeReadiness',
      tag: 'Probes',
      summary: 'Whether the process can take requests',
      description: 'Fails first when the process is told to stop. The queue is not part of it: jobs are accepted without one.',
      answers: {
        200: { description: 'It can.', body: ReadinessBody },
        503: { description: 'It can not; `checks` says why.', body: ReadinessBody },
      },
    },
    handle: async ({ res }) => {
      const { status, body } = answerOfReadiness(await readiness());
      res.status(status).json(body);
    },
  },
];

/** The key is looked up in the database: with that gone, the answer is a 503 without detail. */
const health = (readHealth: ReadHealth): KeyedRoute =>
  keyedRoute({
    method: 'get',
    path: '/health',
    scope: 'admin',
    doc: {
      operationId: 'readHealth',
      tag: 'Operation',
      summary: 'What an operator looks at first',
      description:
        'Every dependency, every queue, the workers. `degraded`: jobs are accepted, and something needs a person (the queue does not answer or would lose jobs, nobody takes what waits). Probes of an orchestrator belong to `/livez` and `/readyz`.',
      answers: {
        200: { description: '`ok` or `degraded`.', body: HealthBody },
        503: { description: '`unavailable`.', body: HealthBody },
      },
    },
    input: { query: NoQuery },
    handle: async ({ res }) => {
      const body = await readHealth();
      res.status(body.status === 'unavailable' ? 503 : 200).json(body);
    },
  });
