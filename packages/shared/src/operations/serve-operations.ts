import { once } from 'node:events';
import { type IncomingMessage, type ServerResponse, createServer } from 'node:http';
import { toAppError } from '../errors/app-error.ts';
import { ConfigError } from '../errors/config-error.ts';
import { withDeadline } from '../lifecycle/with-deadline.ts';
import type { Logger } from '../logging/logger.ts';
import type { Metrics } from '../metrics/metrics.ts';
import { type Readiness, answerOfReadiness } from './readiness.ts';

export type OperationsOptions = {
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  /** Whether this process should be given work. */
  readonly readiness: () => Promise<Readiness>;
  readonly metrics: Metrics;
  readonly logger: Logger;
};

export type OperationsServer = { readonly url: string; close(): Promise<void> };

type Answer = { readonly status: number; readonly type: string; readonly body: string };

const JSON_TYPE = 'application/json; charset=utf-8';
/** Whoever scrapes or probes gives up sooner or later; a page that hangs would hold their connections. */
const PAGE_DEADLINE_MS = 3_000;

/**
 * `/livez`, `/readyz` and `/metrics` for those who run the process: without a key, so on a port that only they reach.
 * Throws ConfigError when the port can't be had.
 */
export const serveOperations = async (options: OperationsOptions): Promise<OperationsServer> => {
  const pages = pagesOf(options);
  const server = createServer({ headersTimeout: 5_000, requestTimeout: 5_000 }, (req, res) => {
    void answer({ req, res, pages, logger: options.logger });
  });
  server.listen({ host: options.host, port: options.port });
  await once(server, 'listening').catch((cause: unknown) => {
    throw new ConfigError(`Can't listen on ${options.host}:${options.port}. Choose another OPERATIONS_PORT.`, { cause });
  });
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : options.port;
  return {
    url: `http://${options.host.includes(':') ? `[${options.host}]` : options.host}:${port}`,
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
};

type Pages = ReadonlyMap<string, () => Promise<Answer>>;

const pagesOf = ({ readiness, metrics }: OperationsOptions): Pages =>
  new Map([
    ['/livez', async () => ({ status: 200, type: JSON_TYPE, body: JSON.stringify({ status: 'ok' }) })],
    ['/readyz', async () => toReadyAnswer(await readiness())],
    ['/metrics', async () => metrics.expose().then(({ contentType, text }) => ({ status: 200, type: contentType, body: text }))],
  ]);

const toReadyAnswer = (readiness: Readiness): Answer => {
  const { status, body } = answerOfReadiness(readiness);
  return { status, type: JSON_TYPE, body: JSON.stringify(body) };
};

type Asked = { readonly req: IncomingMessage; readonly res: ServerResponse; readonly pages: Pages; readonly logger: Logger };

const answer = async ({ req, res, pages, logger }: Asked): Promise<void> => {
  const { status, type, body } = await find(req, pages).catch((thrown: unknown): Answer => {
    logger.warn('a page of operations failed', { page: pathOf(req), error: toAppError(thrown) });
    return { status: 503, type: JSON_TYPE, body: JSON.stringify({ status: 'unavailable' }) };
  });
  res.writeHead(status, { 'Content-Type': type, 'Cache-Control': 'no-store' }).end(body);
};

const find = async (req: IncomingMessage, pages: Pages): Promise<Answer> => {
  const page = req.method === 'GET' || req.method === 'HEAD' ? pages.get(pathOf(req)) : undefined;
  if (page === undefined) return { status: 404, type: JSON_TYPE, body: JSON.stringify({ pages: [...pages.keys()] }) };
  return withDeadline(page(), PAGE_DEADLINE_MS, 'The page');
};

const pathOf = (req: IncomingMessage): string => (req.url ?? '').split('?')[0] ?? '';
