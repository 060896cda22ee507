import type { Response } from 'express';

/** The id that the request context gave; '' before it ran. */
export const requestIdOf = (res: Response): string => {
  const requestId: unknown = res.locals['requestId'];
  return typeof requestId === 'string' ? requestId : '';
};
