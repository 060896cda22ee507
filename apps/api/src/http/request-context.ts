import type { RequestHandler } from 'express';
import { type Logger, newId, withLogContext } from '@otklik/shared';

const HEADER = 'X-Request-Id';
/** What an id may look like that a caller brings: it is written into logs and answers. */
const ACCEPTABLE = /^[\w.:-]{1,64}$/;

/** Gives every request an id, the caller's own where it is harmless; all log lines below carry it. */
export const makeRequestContext =
  ({ logger }: { readonly logger: Logger }): RequestHandler =>
  (req, res, next) => {
    const brought = req.get(HEADER);
    const requestId = brought !== undefined && ACCEPTABLE.test(brought) ? brought : newId();
    const startedAt = performance.now();
    res.set(HEADER, requestId);
    res.locals['requestId'] = requestId;
    withLogContext({ requestId }, () => {
      res.once('close', () => {
        const durationMs = Math.round(performance.now() - startedAt);
        // Those who follow a job ask once a second: told at info, they would be most of the log and say nothing.
        const level = isRead(req.method) && res.statusCode < 400 ? 'debug' : 'info';
        // The path without its query: filters may name people.
        logger[level]('request', { method: req.method, path: req.path, status: res.statusCode, durationMs });
      });
      next();
    });
  };

const isRead = (method: string): boolean => method === 'GET' || method === 'HEAD';
