import { createHash } from 'node:crypto';
import type { Redis } from 'ioredis';

export type RedisScript = { readonly text: string; readonly sha: string };

const script = (text: string): RedisScript => ({ text, sha: createHash('sha1').update(text).digest('hex') });

/**
 * A value is a hash of its text and its marks: the marks of its groups as they were when its load began. Dropping a group
 * gives it a new mark, and every value with the old one is gone in the same moment, however many there are. A group whose
 * mark was evicted makes its values unreadable, never an old one readable.
 */
const MARKS = `
local function readMarks(first, ms)
  local marks = redis.call('MGET', unpack(KEYS, first))
  for i, mark in ipairs(marks) do
    if mark and ms then redis.call('PEXPIRE', KEYS[first + i - 1], ms) end
    if not mark and ms then
      local now = redis.call('TIME')
      mark = now[1] .. '.' .. now[2]
      redis.call('SET', KEYS[first + i - 1], mark, 'PX', ms)
    end
    marks[i] = mark or ''
  end
  return table.concat(marks, ' ')
end`;

/**
 * A lock is its holder's token and the marks at that moment. One with other marks is void: what its holder loads is old.
 * KEYS: value, lock, groups…  ARGV: milliseconds that a fresh value has left at least, token (empty: no lock is wanted),
 * milliseconds of the lock, of a mark.  Returns text or nil, milliseconds left, 1 when the lock is ours.
 */
export const LOOK_UP = script(`${MARKS}
local found = redis.call('HMGET', KEYS[1], 'text', 'marks')
local left = -2
if found[1] then
  if found[2] == readMarks(3) then left = redis.call('PTTL', KEYS[1]) else found[1] = false end
end
local isOurs = 0
if left <= tonumber(ARGV[1]) and ARGV[2] ~= '' then
  local marks = readMarks(3, ARGV[4])
  local lock = redis.call('GET', KEYS[2])
  if not lock or string.sub(lock, #ARGV[2] + 2) ~= marks then
    redis.call('SET', KEYS[2], ARGV[2] .. ' ' .. marks, 'PX', ARGV[3])
    isOurs = 1
  end
end
return { found[1], left, isOurs }`);

/**
 * Keeps what was loaded, unless the lock is not the loader's any more: somebody dropped or set the value meanwhile, or took
 * over after the lock had run out. KEYS: value, lock.  ARGV: token, text, milliseconds.  Returns 1 when it is kept.
 */
export const STORE = script(`
local lock = redis.call('GET', KEYS[2])
if not lock or string.sub(lock, 1, #ARGV[1] + 1) ~= ARGV[1] .. ' ' then return 0 end
redis.call('HSET', KEYS[1], 'text', ARGV[2], 'marks', string.sub(lock, #ARGV[1] + 2))
redis.call('PEXPIRE', KEYS[1], ARGV[3])
redis.call('DEL', KEYS[2])
return 1`);

/** Gives a lock back, if it is still the holder's. KEYS: lock.  ARGV: token. */
export const RELEASE = script(`
local lock = redis.call('GET', KEYS[1])
if lock and string.sub(lock, 1, #ARGV[1] + 1) == ARGV[1] .. ' ' then redis.call('DEL', KEYS[1]) end
return 1`);

/** KEYS: value, lock, groups…  ARGV: text, milliseconds, of a mark, channel, message. Loads under way are not kept. */
export const SET = script(`${MARKS}
redis.call('HSET', KEYS[1], 'text', ARGV[1], 'marks', readMarks(3, ARGV[3]))
redis.call('PEXPIRE', KEYS[1], ARGV[2])
redis.call('DEL', KEYS[2])
redis.call('PUBLISH', ARGV[4], ARGV[5])
return 1`);

/** KEYS: values and locks…, groups…  ARGV: how many of the former, milliseconds of a mark, channel, message. */
export const DROP = script(`
local now = redis.call('TIME')
for i, key in ipairs(KEYS) do
  if i <= tonumber(ARGV[1]) then redis.call('DEL', key)
  else redis.call('SET', key, now[1] .. '.' .. now[2], 'PX', ARGV[2]) end
end
redis.call('PUBLISH', ARGV[3], ARGV[4])
return 1`);

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
