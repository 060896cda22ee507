import { AuthError } from '@otklik/shared';
import type { RequestHandler } from 'express';

/**
 * A browser sends the password of a page along with whatever another page makes it ask for, so a change must come from
 * our own page. Browsers say where a request comes from (Fetch Metadata, and Origin with everything but GET); who says
 * neither is no browser and was not led here by anybody.
 */
export const refuseOtherOrigins: RequestHandler = (req, _res, next) => {
  if (req.method === 'GET' || req.method === 'HEAD') return next();
  const site = req.get('Sec-Fetch-Site');
  const isOurs = site === undefined ? isSameHost(req.get('Origin'), req.get('Host')) : site === 'same-origin';
  if (!isOurs) throw new AuthError('FORBIDDEN', 'Changes are made from the page of the board itself.');
  next();
};

const isSameHost = (origin: string | undefined, host: string | undefined): boolean =>
  origin === undefined || (URL.canParse(origin) && new URL(origin).host === host);
