import { type Authenticate, type Principal, requireScope } from '@otklik/core';
import { AuthError, MethodNotAllowedError } from '@otklik/shared';
import { type Request, type RequestHandler, type Response, Router } from 'express';
import { noteRoute } from './http-metrics.ts';
import { inTime, startAnswer } from './in-time.ts';
import { requestIdOf } from './request-id.ts';
import type { KeyedRoute, OpenRoute, Route } from './route.ts';

type Deps = { readonly authenticate: Authenticate };

/** A router that serves the routes, and says 405 for their paths with other methods. */
export const mountRoutes = (routes: readonly Route[], deps: Deps): Router => {
  // One path for one thing: with a slash at its end it is another, and there is nothing.
  const router = Router({ caseSensitive: true, strict: true });
  for (const route of routes) router[route.method](route.path, note(route.path), handlerOf(route, deps));
  for (const [path, methods] of methodsByPath(routes)) router.all(path, note(path), refuseMethod(methods));
  return router;
};

const note =
  (path: string): RequestHandler =>
  (_req, res, next) => {
    noteRoute(res, path.replaceAll('\\', ''));
    next();
  };

const handlerOf = (route: Route, deps: Deps): RequestHandler => {
  if (route.scope === 'public') return openHandler(route);
  return keyedHandler(route, deps);
};

const openHandler =
  (route: OpenRoute): RequestHandler =>
  (req, res) => {
    const answer = route.handle({ req, res });
    return route.isStream === true ? answer : inTime(answer);
  };

const keyedHandler =
  (route: KeyedRoute, { authenticate }: Deps): RequestHandler =>
  async (req, res) => {
    const remainingMs = startAnswer();
    const admit = async (): Promise<Principal> => {
      const principal = await authenticate(bearerOf(req));
      requireScope(principal, route.scope);
      return principal;
    };
    const handle = (principal: Principal): Promise<void> =>
      route.handle({ principal, requestId: requestIdOf(res), req, res, untilGone: () => goneSignal(res), remainingMs });
    // A stream takes what it takes; finding out who asks for it doesn't.
    if (route.isStream === true) await handle(await inTime(admit()));
    else await inTime(admit().then(handle));
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
