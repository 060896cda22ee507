import type { RequestHandler, Response } from 'express';
import type { Metrics } from '@otklik/shared';

const METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

/** Remembers which route answers; what no route knew counts as one, or every path that somebody makes up would be a series. */
export const noteRoute = (res: Response, path: string): void => {
  res.locals['route'] = path;
};

/** Leaves the answer out of the durations: it takes as long as its caller asked for. */
export const leaveUntimed = (res: Response): void => {
  res.locals['isUntimed'] = true;
};

/** Counts every answer, and times those that do not wait on purpose. */
export const makeHttpMetrics = ({ metrics }: { readonly metrics: Metrics }): RequestHandler => {
  const requests = metrics.counter({
    name: 'otklik_http_requests_total',
    help: 'Answered requests; a status of 499 is a caller who went away first.',
    labels: ['method', 'route', 'status'],
  });
  const duration = metrics.histogram({
    name: 'otklik_http_request_duration_seconds',
    help: 'From the first byte of a request to the last of its answer.',
    labels: ['method', 'route'],
  });
  return (req, res, next) => {
    const startedAt = performance.now();
    res.once('close', () => {
      const noted: unknown = res.locals['route'];
      const route = typeof noted === 'string' ? noted : 'unmatched';
      const method = METHODS.has(req.method) ? req.method : 'OTHER';
      requests.inc({ method, route, status: res.writableFinished ? String(res.statusCode) : '499' });
      if (res.locals['isUntimed'] !== true) duration.observe({ method, route }, (performance.now() - startedAt) / 1_000);
    });
    next();
  };
};
