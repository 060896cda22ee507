import { UnreadableRequestError } from '@otklik/shared';
import type { RequestHandler } from 'express';
import type { Route } from './route.ts';

/**
 * Refuses bodies that no parser and no route reads: skipped silently, they would look like empty ones. JSON goes everywhere, files
 * only to the routes that take them.
 */
export const refuseOtherBodies = (routes: readonly Route[]): RequestHandler => {
  const uploads = new Map(routes.map((route) => [placeOf(route), filesOf(route)]));
  return (req, _res, next) => {
    const hasBody = req.get('transfer-encoding') !== undefined || Number(req.get('content-length') ?? 0) > 0;
    const types = ['application/json', ...(uploads.get(placeOf(req)) ?? [])];
    if (hasBody && req.is(types) === false)
      throw new UnreadableRequestError('UNSUPPORTED_MEDIA_TYPE', `Send the body as ${types.join(' or ')}.`);
    next();
  };
};

const placeOf = ({ method, path }: { readonly method: string; readonly path: string }): string => `${method.toUpperCase()} ${path}`;

const filesOf = ({ doc }: Route): readonly string[] => ('files' in doc ? (doc.files ?? []) : []);
