import type { Request } from 'express';
import { z } from 'zod';
import type { RawParams } from '../api/params.ts';

export type Call = {
  readonly method: string;
  /** Without the token. The body wins over the query, the last of several values over the others. */
  readonly params: RawParams;
  readonly token: string | undefined;
};

const Body = z.string().catch('');
const BEARER = /^bearer\s+(.+)$/i;

/** Reads a call of a method. The token may come in the header or as a parameter. */
export const readCall = (req: Request, method: string): Call => {
  const query = new URLSearchParams(req.url.split('?')[1] ?? '');
  const { access_token: parameter, ...params } = Object.fromEntries([...query, ...new URLSearchParams(Body.parse(req.body))]);
  return { method, params, token: BEARER.exec(req.get('authorization') ?? '')?.[1] ?? parameter };
};
