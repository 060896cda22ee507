import { randomBytes } from 'node:crypto';

let lastMs = 0;
let counter = 0;

const ID_BYTES = 8;
/** Asking the system for a few bytes costs as much as for many. */
let pool = Buffer.alloc(0);

const randomIdBytes = (): Buffer => {
  if (pool.length < ID_BYTES) pool = randomBytes(ID_BYTES * 512);
  const bytes = pool.subarray(0, ID_BYTES);
  pool = pool.subarray(ID_BYTES);
  return bytes;
};

/**
 * A UUIDv7 (RFC 9562, method 1 with a 12-bit counter): sorts by creation within this process, and has 62 random bits
 * that nobody guesses.
 */
export const newId = (): string => {
  const nowMs = Date.now();
  if (nowMs > lastMs) {
    lastMs = nowMs;
    counter = randomIdBytes().readUInt16BE() & 0x7ff;
  } else {
    counter += 1;
    // More ids in a millisecond than the counter holds borrow from the next one.
    if (counter > 0xfff) {
      lastMs += 1;
      counter = 0;
    }
  }
  const random = randomIdBytes();
  random.writeUInt8((random.readUInt8(0) & 0x3f) | 0x80, 0);
  const time = lastMs.toString(16).padStart(12, '0');
  const tail = random.toString('hex');
  return `${time.slice(0, 8)}-${time.slice(8)}-7${counter.toString(16).padStart(3, '0')}-${tail.slice(0, 4)}-${tail.slice(4)}`;
};
