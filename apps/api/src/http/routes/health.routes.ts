import { withDeadline } from '@otklik/shared';
import type { Route } from '../route.ts';

const PROBE_DEADLINE_MS = 1_500;

type Deps = {
  /** Rejects when the database does not answer. */
  readonly pingDatabase: () => Promise<void>;
  readonly isDraining: () => boolean;
};

/**
 * `/livez`: the process answers. `/readyz`: it can take requests. The queue is not part of it: jobs are accepted without
 * one and run when it is back.
 */
export const healthRoutes = ({ pingDatabase, isDraining }: Deps): Route[] => [
  {
    method: 'get',
    path: '/livez',
    scope: 'public',
    handle: async ({ res }) => {
      res.json({ status: 'ok' });
    },
  },
  {
    method: 'get',
    path: '/readyz',
    scope: 'public',
    handle: async ({ res }) => {
      const database = await withDeadline(pingDatabase(), PROBE_DEADLINE_MS).then(
        () => true,
        () => false,
      );
      const isReady = database && !isDraining();
      res.status(isReady ? 200 : 503).json({
        status: isReady ? 'ok' : 'unavailable',
        checks: { database: database ? 'ok' : 'unavailable', process: isDraining() ? 'draining' : 'ok' },
      });
    },
  },
];
