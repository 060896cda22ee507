import { readFile, writeFile } from 'node:fs/promises';
import { type Keyring, KeyringText, generateRingKey, parseConfig } from '@otklik/shared';
import { z } from 'zod';

const Kept = z.object({ OTKLIK_KEYRING: KeyringText });

/**
 * The keyring of this installation: the one of last time, else a new one. Readable for this user only, and beside the database
 * that needs it. Throws ConfigError for a file that holds something else: tokens would be lost with it.
 */
export const ensureKeyring = async (file: string): Promise<Keyring> => {
  const kept = await readFile(file, 'utf8').catch(() => null);
  const text = kept ?? generateRingKey(new Date());
  if (kept === null) await writeFile(file, `${text}\n`, { mode: 0o600, flag: 'wx' });
  return parseConfig(Kept, { OTKLIK_KEYRING: text.trim() }).OTKLIK_KEYRING;
};
