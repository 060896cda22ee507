import { OverviewBody } from '@otklik/contracts';
import type { ReadOverview } from '@otklik/core';
import { NoQuery } from '../inputs.ts';
import { type KeyedRoute, type Route, keyedRoute } from '../route.ts';

type Deps = { readonly readOverview: ReadOverview };

/** Numbers about a workspace. */
export const statsRoutes = (deps: Deps): Route[] => [overview(deps)];

const overview = ({ readOverview }: Deps): KeyedRoute =>
  keyedRoute({
    method: 'get',
    path: '/v1/stats/overview',
    scope: 'data:read',
    doc: {
      operationId: 'readOverview',
      tag: 'Data',
      summary: 'What the workspace holds',
      description: 'Totals of what was collected, and its jobs by type and state. Counted once a minute at most: `countedAt` says when.',
      answers: { 200: { description: 'The totals, and when they were counted.', body: OverviewBody } },
    },
    input: { query: NoQuery },
    handle: async ({ principal, res }) => {
      res.json(await readOverview(principal.workspaceId));
    },
  });
