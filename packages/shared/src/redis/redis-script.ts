import { createHash } from 'node:crypto';
import type { Redis } from 'ioredis';

export type RedisScript = { readonly text: string; readonly sha: string };

/** A script that Redis runs as one step. */
export const redisScript = (text: string): RedisScript => ({ text, sha: createHash('sha1').update(text).digest('hex') });

export type ScriptCall = { readonly keys: readonly string[]; readonly args: readonly (string | number)[] };

/** Runs a script by its digest; a Redis that does not know it yet gets the text. */
export const runScript = async (client: Redis, { sha, text }: RedisScript, { keys, args }: ScriptCall): Promise<unknown> => {
  try {
    return await client.evalsha(sha, keys.length, ...keys, ...args);
  } catch (thrown) {
    if (!(thrown instanceof Error) || !thrown.message.startsWith('NOSCRIPT')) throw thrown;
    return client.eval(text, keys.length, ...keys, ...args);
  }
};
