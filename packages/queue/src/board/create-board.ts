import { AsyncLocalStorage } from 'node:async_hooks';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createBullBoard } from '@bull-board/api';
import type { AppControllerRoute, UIConfig } from '@bull-board/api/typings/app';
import { type JobType, jobTypes } from '@otklik/contracts';
import { AuthError, InternalError } from '@otklik/shared';
import { openOnUse } from '../open-on-use.ts';
import type { QueueEngine, QueueWindow } from '../queue-engine.ts';
import { makeBoardPage } from './board-page.ts';
import { type BoardParts, collectBoardParts } from './board-parts.ts';
import type { BoardPauses, OwnPauses } from './board-pauses.ts';
import { createDeliveryAdapter } from './delivery-adapter.ts';

export type BoardOptions = {
  readonly engine: QueueEngine;
  readonly pauses: BoardPauses;
  /** `read` refuses every change, whatever the page asks for. */
  readonly access: 'read' | 'write';
  /** Where the board is mounted, such as `/admin/queues`. */
  readonly basePath: string;
  /** Shown as a badge, so that nobody takes one installation for another. */
  readonly environment: string;
  /** Where a person reads about a job (`job_…`). */
  readonly jobPath: (jobId: string) => string;
};

export type BoardRequest = {
  readonly params: Readonly<Record<string, unknown>>;
  readonly query: Readonly<Record<string, unknown>>;
  readonly body: unknown;
  /** Id of the API key that asks. */
  readonly by: string;
};

export type BoardRoute = {
  readonly method: 'get' | 'post' | 'put' | 'patch';
  /** Below `basePath`, with `:names`. */
  readonly path: string;
  /** Throws QueueError within the time that the queue has, AuthError (`FORBIDDEN`) for what the board does not do. */
  readonly answer: (request: BoardRequest) => Promise<{ readonly status: number; readonly body: unknown }>;
};

/** Bull Board without a web framework: who serves it decides who may ask. */
export type Board = {
  readonly routes: readonly BoardRoute[];
  /** Paths below `basePath` that lead to the page. */
  readonly pagePaths: readonly string[];
  /** The page, in HTML. Throws QueueError when the queue does not answer, for the page by itself would stay empty. */
  page(): Promise<string>;
  /** Folder of what the page loads, to be served at `static/` below `basePath`. */
  readonly assetsDir: string;
  /** Gives back what the board holds; the engine stays open. */
  close(): Promise<void>;
};

/** Changes that cannot contradict PostgreSQL; the table with the reasons is in docs/board.md. All others are refused. */
const HARMLESS_CHANGES: ReadonlySet<string> = new Set([
  'put /api/queues/pause',
  'put /api/queues/resume',
  'put /api/queues/:queueName/pause',
  'put /api/queues/:queueName/resume',
  'put /api/queues/:queueName/clean/:queueStatus',
  'put /api/queues/:queueName/:jobId/clean',
]);

const TITLE = 'Otklik queues';
/** Seconds between two questions of an open page. */
const POLL_EVERY_S = 5;

/** Opens the board of all queues. Needs no connection until somebody looks. */
export const createBoard = async (options: BoardOptions): Promise<Board> => {
  const { engine, access, basePath } = options;
  const windows = openOnUse<QueueWindow>({ open: (type) => engine.openWindow(type) });
  const lookAt =
    (type: JobType) =>
    <T>(call: (window: QueueWindow) => Promise<T>): Promise<T> =>
      engine.ask(async () => call(await windows.get(type)));
  const asker = new AsyncLocalStorage<string>();
  const shared = { canChange: access === 'write', pauses: pausesOf(options, asker), jobPath: options.jobPath };
  const adapters = jobTypes.map((type) => createDeliveryAdapter({ ...shared, type, look: lookAt(type) }));
  const parts = collectBoardParts();
  createBullBoard({ queues: adapters, serverAdapter: parts.adapter, options: { uiConfig: configOf(options) } });
  const template = await readFile(join(parts.views(), 'index.ejs'), 'utf8');
  const page = makeBoardPage({ template, base: `${basePath}/`, title: TITLE, config: parts.config() });

  return {
    routes: parts.routes().flatMap((route) => routesOf(route, { parts, access, asker })),
    pagePaths: parts.entry(),
    page: async () => {
      await Promise.all(jobTypes.map((type) => lookAt(type)((window) => window.counts())));
      return page;
    },
    assetsDir: parts.assets(),
    close: () => windows.close(),
  };
};

const configOf = ({ environment }: BoardOptions): UIConfig => ({
  boardTitle: TITLE,
  environment: { label: environment, color: environment === 'production' ? '#b42318' : '#175cd3', textColor: '#ffffff' },
  hideRedisDetails: true,
  hideDocsLink: true,
  // Asking who is connected costs the store a walk through all connections, at every poll.
  showWorkers: false,
  showMetrics: false,
  pollingInterval: { showSetting: false, forceInterval: POLL_EVERY_S },
});

type Asker = AsyncLocalStorage<string>;
type Serving = { readonly parts: BoardParts; readonly access: BoardOptions['access']; readonly asker: Asker };

/** Bull Board hands an adapter no word about who asks; a pause is kept with the name of that key. */
const pausesOf = ({ pauses }: BoardOptions, asker: Asker): OwnPauses => {
  const who = (): string => {
    const by = asker.getStore();
    if (by === undefined) throw new InternalError('Somebody without a key reached the board');
    return by;
  };
  return { list: pauses.list, pause: (type) => pauses.pause(type, who()), resume: (type) => pauses.resume(type, who()) };
};

const routesOf = ({ method, route, handler }: AppControllerRoute, { parts, access, asker }: Serving): BoardRoute[] =>
  [method].flat().flatMap((verb) =>
    [route].flat().map((path) => ({
      method: verb,
      path,
      answer: async ({ params, query, body, by }) => {
        if (verb !== 'get') assertMayChange(access, HARMLESS_CHANGES.has(`${verb} ${path}`));
        const request = { queues: parts.queues(), uiConfig: parts.config(), params, query, body: toRecord(body), headers: {} };
        const { status, body: answer } = await asker.run(by, async () => handler(request));
        return { status: status ?? 200, body: answer };
      },
    })),
  );

const assertMayChange = (access: BoardOptions['access'], isHarmless: boolean): void => {
  if (access === 'read') throw new AuthError('FORBIDDEN', 'The board is read-only here. BULL_BOARD=write lets it pause queues.');
  if (!isHarmless)
    throw new AuthError('FORBIDDEN', 'The board does not do this: PostgreSQL decides about jobs. Cancel or retry the job through the API.');
};

const toRecord = (body: unknown): Record<string, unknown> => (typeof body === 'object' && body !== null ? { ...body } : {});
