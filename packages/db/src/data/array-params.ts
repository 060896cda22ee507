/**
 * Arrays as PostgreSQL reads them in binary form (array_recv): the driver sends a Buffer as it is. The text form would
 * be quoted here and parsed again there, which takes about as long as storing the rows.
 */

export const int8Array = (values: readonly (string | bigint | null)[]): Buffer =>
  fixedArray(INT8, values, (buffer, value, at) => buffer.writeBigInt64BE(BigInt(value), at));

export const int4Array = (values: readonly (number | null)[]): Buffer =>
  fixedArray(INT4, values, (buffer, value, at) => buffer.writeInt32BE(value, at));

export const boolArray = (values: readonly boolean[]): Buffer =>
  fixedArray(BOOL, values, (buffer, value, at) => buffer.writeUInt8(value ? 1 : 0, at));

export const timestamptzArray = (values: readonly Date[]): Buffer =>
  fixedArray(TIMESTAMPTZ, values, (buffer, value, at) => buffer.writeBigInt64BE(microsSince2000(value), at));

/**
 * NUL, which PostgreSQL has no place for, is left out; half of a surrogate pair becomes U+FFFD. What comes from outside
 * was cleaned before: this only keeps one odd character from failing a whole page.
 */
export const textArray = (values: readonly (string | null)[]): Buffer => {
  let room = HEADER_BYTES;
  for (const value of values) room += LENGTH_BYTES + (value?.length ?? 0) * MAX_UTF8_BYTES_PER_UNIT;
  const buffer = Buffer.allocUnsafe(room);
  let at = writeHeader(buffer, TEXT.oid, values);
  for (const value of values) {
    const bytes = value === null ? NULL_LENGTH : buffer.write(withoutNul(value), at + LENGTH_BYTES);
    buffer.writeInt32BE(bytes, at);
    at += LENGTH_BYTES + Math.max(bytes, 0);
  }
  return buffer.subarray(0, at);
};

/** PostgreSQL's text has no place for NUL. */
export const withoutNul = (text: string): string => (text.includes('\0') ? text.replaceAll('\0', '') : text);

type FixedType = { readonly oid: number; readonly bytes: number };
const BOOL: FixedType = { oid: 16, bytes: 1 };
const INT8: FixedType = { oid: 20, bytes: 8 };
const INT4: FixedType = { oid: 23, bytes: 4 };
const TIMESTAMPTZ: FixedType = { oid: 1184, bytes: 8 };
const TEXT = { oid: 25 };

const HEADER_BYTES = 20;
const LENGTH_BYTES = 4;
const NULL_LENGTH = -1;
/** A UTF-16 unit takes at most three bytes of UTF-8 (a pair of them takes four). */
const MAX_UTF8_BYTES_PER_UNIT = 3;
const UNIX_MS_OF_2000 = 946_684_800_000;

const fixedArray = <T>(type: FixedType, values: readonly (T | null)[], write: (buffer: Buffer, value: T, at: number) => void): Buffer => {
  const buffer = Buffer.allocUnsafe(HEADER_BYTES + values.length * (LENGTH_BYTES + type.bytes));
  let at = writeHeader(buffer, type.oid, values);
  for (const value of values) {
    buffer.writeInt32BE(value === null ? NULL_LENGTH : type.bytes, at);
    at += LENGTH_BYTES;
    if (value === null) continue;
    write(buffer, value, at);
    at += type.bytes;
  }
  return buffer.subarray(0, at);
};

/** Dimensions, whether there are NULLs, type, then length and lower bound of the one dimension. */
const writeHeader = (buffer: Buffer, oid: number, values: readonly unknown[]): number => {
  const words = values.length === 0 ? [0, 0, oid] : [1, values.includes(null) ? 1 : 0, oid, values.length, 1];
  words.forEach((word, index) => buffer.writeInt32BE(word, index * 4));
  return words.length * 4;
};

const microsSince2000 = (date: Date): bigint => BigInt(date.getTime() - UNIX_MS_OF_2000) * 1000n;
