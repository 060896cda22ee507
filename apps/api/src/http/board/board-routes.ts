import type { Authenticate, Principal } from '@otklik/core';
import type { Board, BoardRoute } from '@otklik/queue';
import { InternalError, type Logger, NotFoundError } from '@otklik/shared';
import express, { type RequestHandler, type Response, Router } from 'express';
import helmet from 'helmet';
import { makeCheckInput } from '../check-input.ts';
import { noteRoute } from '../http-metrics.ts';
import { inTime } from '../in-time.ts';
import { IdPath } from '../inputs.ts';
import type { ReadJobAnswer } from '../read-job-answer.ts';
import { makeAdmit } from './basic-auth.ts';
import { makeBoardErrorHandler } from './answer-error.ts';
import { BOARD_PATH } from './paths.ts';
import { refuseOtherOrigins } from './same-origin.ts';

/** In the browser only: nobody in between may keep what needs a key. */
const ASSETS_CACHE = 'private, max-age=3600';
const checkJobPath = makeCheckInput({ path: IdPath('job') });

type Deps = {
  readonly board: Board;
  readonly authenticate: Authenticate;
  readonly readJobAnswer: ReadJobAnswer;
  readonly logger: Logger;
};

/** Everything below `/admin`, for browsers: the board, what it loads, and the job that it links to. */
export const boardRoutes = ({ board, authenticate, readJobAnswer, logger }: Deps): Router => {
  const router = Router({ caseSensitive: true });
  const note =
    (path: string): RequestHandler =>
    (_req, res, next) => {
      noteRoute(res, path);
      next();
    };
  router.use(note('/admin'), pagePolicy, requireAdmin({ authenticate }), refuseOtherOrigins);
  router.get('/jobs/:id', note('/admin/jobs/:id'), showJob({ readJobAnswer }));

  const pages = Router({ caseSensitive: true });
  pages.use('/static', note(`${BOARD_PATH}/static`), assets(board));
  for (const path of board.pagePaths) pages.get(path, note(BOARD_PATH), showPage(board));
  for (const route of board.routes) pages[route.method](route.path, note(`${BOARD_PATH}/api`), answer(route));
  router.use('/queues', pages);

  router.use(() => {
    throw new NotFoundError('There is nothing at this path.');
  });
  router.use(makeBoardErrorHandler({ logger }));
  return router;
};

/** Scripts and styles from here and nowhere else; nobody may show these pages inside of theirs. */
const pagePolicy = helmet.contentSecurityPolicy({
  useDefaults: false,
  directives: {
    defaultSrc: ["'none'"],
    scriptSrc: ["'self'"],
    styleSrc: ["'self'"],
    imgSrc: ["'self'", 'data:'],
    fontSrc: ["'self'"],
    connectSrc: ["'self'"],
    baseUri: ["'self'"],
    formAction: ["'none'"],
    frameAncestors: ["'none'"],
  },
});

const principals = new WeakMap<Response, Principal>();

const requireAdmin = ({ authenticate }: Pick<Deps, 'authenticate'>): RequestHandler => {
  const admit = makeAdmit({ authenticate });
  return async (req, res, next) => {
    principals.set(res, await inTime(admit(req.get('Authorization'))));
    next();
  };
};

const principalOf = (res: Response): Principal => {
  const principal = principals.get(res);
  if (principal === undefined) throw new InternalError('A page of operators is served to nobody');
  return principal;
};

const assets = ({ assetsDir }: Board): RequestHandler =>
  express.static(assetsDir, { index: false, redirect: false, setHeaders: (res) => res.setHeader('Cache-Control', ASSETS_CACHE) });

const showPage =
  (board: Board): RequestHandler =>
  async (_req, res) => {
    const page = await inTime(board.page());
    res.type('html').send(page);
  };

const answer =
  (route: BoardRoute): RequestHandler =>
  async ({ params, query, body }, res) => {
    const answered = await inTime(route.answer({ params, query, body, by: principalOf(res).keyId }));
    res.status(answered.status).json(answered.body);
  };

/** The job as the API tells it to this key, where a browser can read it. */
const showJob =
  ({ readJobAnswer }: Pick<Deps, 'readJobAnswer'>): RequestHandler =>
  async (req, res) => {
    const { path } = checkJobPath(req);
    const job = await inTime(readJobAnswer(principalOf(res).workspaceId, path.id));
    if (job === null) throw new NotFoundError('There is no such job in the workspace of this key.');
    res.type('json').send(job.body);
  };
