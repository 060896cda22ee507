import type { Request, Response } from 'express';

/** `Link: rel="next"` (RFC 8288): the same list from behind the cursor. */
export const setNextLink = ({ req, res }: { readonly req: Request; readonly res: Response }, cursor: string | null): void => {
  if (cursor === null) return;
  const next = new URL(req.originalUrl, 'http://localhost');
  next.searchParams.set('cursor', cursor);
  res.set('Link', `<${next.pathname}${next.search}>; rel="next"`);
};
