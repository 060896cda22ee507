import { hash, randomBytes, timingSafeEqual } from 'node:crypto';
import { crc32 } from 'node:zlib';

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
/** 43 digits of base 62 hold 256 bits. */
const SECRET_LENGTH = 43;
const CHECK_LENGTH = 6;
const PATTERN = new RegExp(`^otk_([0-9A-Za-z]{12})_([0-9A-Za-z]{${SECRET_LENGTH}})([0-9A-Za-z]{${CHECK_LENGTH}})$`);

/** `otk_<key id>_<secret><check>`. The key id is public; only the digest of the secret is ever stored. */
export type GeneratedApiKey = { readonly keyId: string; readonly text: string; readonly digest: Buffer };

/** Makes a key with 256 random bits. The text is shown once and kept nowhere. */
export const generateApiKey = (): GeneratedApiKey => {
  const keyId = randomText(12);
  const secret = randomText(SECRET_LENGTH);
  return { keyId, text: `otk_${keyId}_${secret}${checkOf(keyId + secret)}`, digest: digestOf(secret) };
};

/** Takes a key apart; null for anything that can't be one, told by its check digits without asking a database. */
export const parseApiKey = (text: string): { readonly keyId: string; readonly digest: Buffer } | null => {
  const [, keyId, secret, check] = PATTERN.exec(text) ?? [];
  if (keyId === undefined || secret === undefined || check !== checkOf(keyId + secret)) return null;
  return { keyId, digest: digestOf(secret) };
};

/** Compares digests in a time that tells nothing about where they differ. */
export const digestsEqual = (a: Uint8Array, b: Uint8Array): boolean => a.byteLength === b.byteLength && timingSafeEqual(a, b);

/** The secret has 256 bits of entropy, so a plain hash is enough (OWASP ASVS 6.5.2). */
const digestOf = (secret: string): Buffer => hash('sha256', secret, 'buffer');

const checkOf = (text: string): string => toBase62(BigInt(crc32(text)), CHECK_LENGTH);

/** Rejection sampling: each character is equally likely. */
const randomText = (length: number): string => {
  let text = '';
  while (text.length < length)
    for (const byte of randomBytes(length * 2)) if (byte < 248 && text.length < length) text += ALPHABET[byte % 62] ?? '';
  return text;
};

const toBase62 = (value: bigint, length: number): string => {
  let text = '';
  for (let rest = value; text.length < length; rest /= 62n) text = (ALPHABET[Number(rest % 62n)] ?? '') + text;
  return text;
};
