import { UnreadableRequestError } from '@otklik/shared';
import type { Request } from 'express';

const MEBIBYTE = 1_048_576;
const MAX_FILE_MIB = 5;
/** Handed on together: who sends a file byte by byte would have what came of a line looked at for each of them. */
const PART_BYTES = 65_536;

/**
 * The body as a file that is read as it comes in, at most 5 MiB of it. Throws UnreadableRequestError for one that is compressed
 * or says that it is larger; reading it does so when it turns out to be.
 */
export const fileBody = (req: Request): AsyncIterable<Uint8Array> => {
  if ((req.get('content-encoding') ?? 'identity') !== 'identity')
    throw new UnreadableRequestError('UNSUPPORTED_MEDIA_TYPE', 'Send the file as it is, not compressed.');
  if (Number(req.get('content-length') ?? 0) > MAX_FILE_MIB * MEBIBYTE) throw tooLarge();
  return chunksOf(req);
};

async function* chunksOf(req: Request): AsyncGenerator<Uint8Array> {
  let bytes = 0;
  let part: Buffer[] = [];
  let partBytes = 0;
  try {
    for await (const chunk of req.iterator({ destroyOnReturn: false })) {
      if (!Buffer.isBuffer(chunk)) continue;
      bytes += chunk.length;
      if (bytes > MAX_FILE_MIB * MEBIBYTE) throw tooLarge();
      part.push(chunk);
      partBytes += chunk.length;
      if (partBytes < PART_BYTES) continue;
      yield Buffer.concat(part);
      [part, partBytes] = [[], 0];
    }
    if (partBytes > 0) yield Buffer.concat(part);
  } finally {
    // Nobody wants the rest, but the answer goes out on the same connection, and callers read it when they have sent all.
    req.resume();
  }
}

const tooLarge = (): UnreadableRequestError =>
  new UnreadableRequestError('BODY_TOO_LARGE', `A file may have ${MAX_FILE_MIB} MiB at most: split it.`);
