import type { Authenticate } from '@otklik/core';
import { requireScope } from '@otklik/core';
import { AuthError, MethodNotAllowedError, withDeadline } from '@otklik/shared';
import { type Request, type RequestHandler, type Response, Router } from 'express';
import { requestIdOf } from './request-id.ts';
import type { KeyedRoute, OpenRoute, Route } from './route.ts';

/** An answer that takes longer is none: the caller gets a 503 and knows where it stands. */
const ANSWER_DEADLINE_MS = 2_300;

type Deps = { readonly authenticate: Authenticate };

/** A router that serves the routes, and says 405 for their paths with other methods. */
export const mountRoutes = (routes: readonly Route[], deps: Deps): Router => {
  const router = Router({ caseSensitive: true });
  for (const route of routes) router[route.method](route.path, handlerOf(route, deps));
  for (const [path, methods] of methodsByPath(routes)) router.all(path, refuseMethod(methods));
  return router;
};

const handlerOf = (route: Route, deps: Deps): RequestHandler => {
  if (route.scope === 'public') return openHandler(route);
  return keyedHandler(route, deps);
};

const openHandler =
  (route: OpenRoute): RequestHandler =>
  (req, res) =>
    withDeadline(route.handle({ req, res }), ANSWER_DEADLINE_MS, 'The answer');

const keyedHandler =
  (route: KeyedRoute, { authenticate }: Deps): RequestHandler =>
  async (req, res) => {
    const deadlineAt = performance.now() + ANSWER_DEADLINE_MS;
    const inTime = <T>(work: Promise<T>): Promise<T> => withDeadline(work, Math.max(0, deadlineAt - performance.now()), 'The answer');
    const principal = await inTime(authenticate(bearerOf(req)));
    requireScope(principal, route.scope);
    const handled = route.handle({ principal, requestId: requestIdOf(res), req, res, signal: goneSignal(res) });
    await (route.isStream === true ? handled : inTime(handled));
  };

const bearerOf = (req: Request): string => {
  const [, key] = /^Bearer +(\S+)$/i.exec(req.get('Authorization') ?? '') ?? [];
  if (key === undefined) throw new AuthError('UNAUTHENTICATED', 'Send an API key: Authorization: Bearer otk_…');
  return key;
};

const goneSignal = (res: Response): AbortSignal => {
  const gone = new AbortController();
  res.once('close', () => {
    if (!res.writableFinished) gone.abort();
  });
  return gone.signal;
};

const methodsByPath = (routes: readonly Route[]): ReadonlyMap<string, readonly string[]> => {
  const found = new Map<string, string[]>();
  for (const { path, method } of routes) found.set(path, [...(found.get(path) ?? []), method.toUpperCase()]);
  return found;
};

const refuseMethod =
  (methods: readonly string[]): RequestHandler =>
  (req, res) => {
    const allowed = methods.includes('GET') ? [...methods, 'HEAD'] : methods;
    res.set('Allow', allowed.join(', '));
    throw new MethodNotAllowedError(`${req.method} is not served here; ${allowed.join(', ')} is.`);
  };
