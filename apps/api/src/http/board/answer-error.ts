import type { Problem } from '@otklik/contracts';
import { type Logger, describeError } from '@otklik/shared';
import type { ErrorRequestHandler, Request } from 'express';
import { fromExpress } from '../error-handler.ts';
import { toProblem } from '../problem.ts';
import { requestIdOf } from '../request-id.ts';

const CHALLENGE = 'Basic realm="otklik admin", charset="UTF-8"';

/** Errors below `/admin`: a browser is asked for the key, the page's own requests get a problem, people get a sentence. */
export const makeBoardErrorHandler =
  ({ logger }: { readonly logger: Logger }): ErrorRequestHandler =>
  (thrown: unknown, req, res, next) => {
    if (res.headersSent) return next(thrown);
    const error = fromExpress(thrown);
    const { body, headers } = toProblem(error, { path: req.originalUrl.split('?')[0] ?? '', requestId: requestIdOf(res) });
    if (body.status >= 500) logger.error('request failed', { code: body.code, error });
    res.status(body.status).set(headers);
    if (body.status === 401) res.set('WWW-Authenticate', CHALLENGE);
    if (wantsPage(req)) res.type('html').send(pageOf(body, describeError(error).advice));
    else res.type('application/problem+json').send(JSON.stringify(body));
  };

/** What a person opened, as against what a program asked for. */
const wantsPage = (req: Request): boolean => req.method === 'GET' && (req.get('Accept') ?? '').includes('text/html');

/** A page of what is not there for the moment looks again by itself. */
const RELOAD_S = 5;

const pageOf = ({ title, detail, status, requestId }: Problem, advice: string): string =>
  [
    '<!DOCTYPE html>',
    `<html lang="en"><head><meta charset="utf-8"><title>${escape(title)}</title>`,
    ...(status === 503 ? [`<meta http-equiv="refresh" content="${RELOAD_S}">`] : []),
    `</head><body><h1>${escape(title)}</h1><p>${escape(detail ?? advice)}</p><p>Request ${escape(requestId)}</p></body></html>\n`,
  ].join('\n');

const escape = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
