import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { type Keyring, RING_KEY_BYTES, type RingKey, createKeyring } from './keyring.ts';

const ENTRY = /^([a-z0-9][a-z0-9_-]{0,31}):([A-Za-z0-9+/_-]{43}=?)$/;

/**
 * `OTKLIK_KEYRING`: keys as `<id>:<32 bytes in base64>`, the current one first, with commas or line breaks between them.
 * What is wrong is told by the place and the id of the key, never by its bytes.
 */
export const KeyringText = z.string().transform((text, context): Keyring => {
  const { keys, faults } = readKeys(text);
  for (const message of faults) context.addIssue({ code: 'custom', message });
  const [current, ...older] = keys;
  if (faults.length > 0 || current === undefined) return z.NEVER;
  return createKeyring([current, ...older]);
});

/** A fresh key in the form of `OTKLIK_KEYRING`. Its id is the day it was made and a few random digits. */
export const generateRingKey = (now: Date): string => {
  const id = `${now.toISOString().slice(0, 10)}-${randomBytes(2).toString('hex')}`;
  return `${id}:${randomBytes(RING_KEY_BYTES).toString('base64')}`;
};

type Read = { readonly keys: readonly RingKey[]; readonly faults: readonly string[] };

const readKeys = (text: string): Read => {
  const keys: RingKey[] = [];
  const faults: string[] = [];
  const entries = text.split(/[,\n]/).map((entry) => entry.trim());
  for (const [index, entry] of entries.filter((one) => one !== '').entries()) {
    const [, id = '', base64 = ''] = ENTRY.exec(entry) ?? [];
    const key = Buffer.from(base64, 'base64');
    if (key.length !== RING_KEY_BYTES)
      faults.push(`key ${index + 1} must look like <id>:<32 bytes in base64>; npm run keyring -- new makes one`);
    else if (keys.some((known) => known.id === id)) faults.push(`the id ${id} stands there twice`);
    else keys.push({ id, key });
  }
  if (keys.length === 0 && faults.length === 0) faults.push('holds no key; npm run keyring -- new makes one');
  return { keys, faults };
};
