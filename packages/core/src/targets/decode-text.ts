import type { ValidationError } from '@otklik/shared';
import { refuseFile } from './refuse-file.ts';

/**
 * The text of a file in UTF-8, with or without a byte order mark, as it comes in. Throws ValidationError for any other
 * encoding, with the one that it seems to be: half of a name read wrongly would be another name.
 */
export async function* decodeText(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let isFirst = true;
  for await (const chunk of bytes) {
    if (isFirst && isUtf16(chunk)) throw refuseFile('is in UTF-16: save it as UTF-8');
    isFirst = false;
    yield decode(chunk, () => decoder.decode(chunk, { stream: true }));
  }
  yield decode(new Uint8Array(), () => decoder.decode());
}

const decode = (chunk: Uint8Array, read: () => string): string => {
  try {
    return read();
  } catch {
    throw notUtf8(chunk);
  }
};

const notUtf8 = (chunk: Uint8Array): ValidationError =>
  refuseFile(isWindows1251(chunk) ? 'seems to be in Windows-1251: save it as UTF-8' : 'is not in UTF-8: save it as that');

const isUtf16 = ([one, two]: Uint8Array): boolean => (one === 0xff && two === 0xfe) || (one === 0xfe && two === 0xff);

/** Russian letters lie from 0xC0 on, Ё and ё at 0xA8 and 0xB8; what else lies above 0x7F is rare in any text. */
const isWindows1251 = (chunk: Uint8Array): boolean => {
  const high = chunk.filter((byte) => byte > 0x7f);
  const letters = high.filter((byte) => byte >= 0xc0 || byte === 0xa8 || byte === 0xb8);
  return high.length > 0 && letters.length / high.length > 0.8;
};
