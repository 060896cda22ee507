import { Readable, pipeline } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import type { Request, Response } from 'express';
import type { Fault } from '../control/fault.ts';
import { sendJson, sendPage } from './send-answer.ts';

/** What the gateway makes of an answer. Errors of the API are answers themselves. */
export type GatewayFault = Exclude<Fault, { readonly kind: 'error' }>;

/** Sends `text`, or what is left of it. */
export const sendFault = async (fault: GatewayFault, text: string, { req, res }: { readonly req: Request; readonly res: Response }) => {
  switch (fault.kind) {
    case 'html':
      if (fault.retryAfterSeconds !== undefined) res.set('retry-after', String(fault.retryAfterSeconds));
      return sendPage(res, fault.status);
    case 'reset':
      return void res.socket?.resetAndDestroy();
    case 'hang':
      return;
    case 'truncated':
      return void res.type('json').send(text.slice(0, Math.floor(text.length / 2)));
    case 'cut':
      return cut(res.type('json'), Buffer.from(text));
    case 'trickle':
      return trickle(res.type('json'), text);
    case 'slowHead':
      await delay(fault.ms, undefined, { ref: false });
      return sendJson(req, res, text);
    case 'huge':
      return flood(res.type('json'), Buffer.alloc(BLOCK, ' '), fault.bytes / BLOCK);
    case 'gzipBomb':
      return flood(res.type('json').set('content-encoding', 'gzip'), compressedBlock(), fault.bytes / BLOCK);
    case 'brokenGzip':
      return void res
        .type('json')
        .set('content-encoding', 'gzip')
        .send(broken(gzipSync(text)));
  }
};

const cut = (res: Response, body: Buffer): void => {
  res.set('content-length', String(body.length));
  res.write(body.subarray(0, body.length / 2), () => res.socket?.destroy());
};

/** Bytes come often enough for whoever waits for the next one, and never make an answer. */
const TRICKLE_MS = 1_000;

const trickle = (res: Response, text: string): void => {
  let sent = 0;
  const next = (): void => {
    if (sent < text.length) res.write(text.charAt(sent));
    else res.end();
    sent += 1;
  };
  next();
  const timer = setInterval(next, TRICKLE_MS).unref();
  res.once('close', () => clearInterval(timer));
};

const BLOCK = 1_048_576;

/** A mebibyte of spaces in a kibibyte. Such blocks in a row are one valid stream of gzip. */
const compressedBlock = (): Buffer => gzipSync(Buffer.alloc(BLOCK, ' '));

/** As fast as the caller reads, until it hangs up. */
const flood = (res: Response, block: Buffer, times: number): void => {
  const blocks = function* () {
    for (let sent = 0; sent < times; sent += 1) yield block;
  };
  pipeline(Readable.from(blocks(), { objectMode: true, highWaterMark: 1 }), res, () => undefined);
};

/** One byte in the middle is another one: either the stream can't be read there, or its checksum is wrong. */
const broken = (compressed: Buffer): Buffer => {
  const middle = Math.floor(compressed.length / 2);
  compressed[middle] = (compressed[middle] ?? 0) ^ 0xff;
  return compressed;
};
