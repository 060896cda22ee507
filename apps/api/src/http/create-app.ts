import { NotFoundError, type Logger, type Metrics } from '@otklik/shared';
import type { Authenticate } from '@otklik/core';
import express, { type Express, type RequestHandler, type Router } from 'express';
import helmet from 'helmet';
import { ADMIN_PATH } from './board/paths.ts';
import { refuseOtherBodies } from './body-types.ts';
import { makeErrorHandler } from './error-handler.ts';
import { makeHttpMetrics } from './http-metrics.ts';
import { mountRoutes } from './mount-routes.ts';
import { makeRequestContext } from './request-context.ts';
import type { Route } from './route.ts';

const MAX_BODY = '256kb';

type Deps = {
  readonly routes: readonly Route[];
  readonly authenticate: Authenticate;
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** Pages for browsers of operators; absent: there are none. */
  readonly admin?: Router;
};

/** The HTTP application, listening nowhere yet. */
export const createApp = ({ routes, authenticate, logger, metrics, admin }: Deps): Express => {
  const app = express();
  app.disable('x-powered-by');
  app.set('etag', false);
  app.use(makeHttpMetrics({ metrics }), makeRequestContext({ logger }));
  app.use(helmet());
  app.use(noStore, refuseOtherBodies(routes), express.json({ limit: MAX_BODY, type: 'application/json' }));
  if (admin !== undefined) app.use(ADMIN_PATH, admin);
  app.use(mountRoutes(routes, { authenticate }));
  app.use(() => {
    throw new NotFoundError('There is nothing at this path: /docs shows what there is.');
  });
  app.use(makeErrorHandler({ logger }));
  return app;
};

/** Answers are about people and change; nobody in between shall keep them. */
const noStore: RequestHandler = (_req, res, next) => {
  res.set('Cache-Control', 'no-store');
  next();
};
