import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { Request, Response } from 'express';

const compress = promisify(gzip);

/** Below this compression saves less than its header costs. */
const MIN_COMPRESSED = 1_024;

/** Sends JSON with HTTP 200, compressed for callers who accept it. The lowest level: callers on the same machine pay for it too. */
export const sendJson = async (req: Request, res: Response, text: string): Promise<void> => {
  res.type('json');
  if (text.length < MIN_COMPRESSED || req.acceptsEncodings('gzip') === false) return void res.send(text);
  const body = await compress(text, { level: 1 });
  res.set('content-encoding', 'gzip').vary('accept-encoding').send(body);
};

/** Sends a page as a gateway does, in place of an answer. */
export const sendPage = (res: Response, status: number): void =>
  void res
    .status(status)
    .type('html')
    .send(`<html><head><title>${status}</title></head><body><center><h1>${status}</h1></center><hr>nginx</body></html>`);
