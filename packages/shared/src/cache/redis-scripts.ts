import { redisScript as script } from '../redis/redis-script.ts';

/**
 * A value is kept as the marks of its groups as they were when its load began, a line feed, and its text. Dropping a group
 * gives it a new mark, and every value with the old one is gone in the same moment, however many there are. A group whose
 * mark was evicted makes its values unreadable, never an old one readable.
 */
const MARKS = `
local function makeMarks(first, ms)
  local marks = redis.call('MGET', unpack(KEYS, first))
  for i, mark in ipairs(marks) do
    if mark then redis.call('PEXPIRE', KEYS[first + i - 1], ms)
    else
      local now = redis.call('TIME')
      marks[i] = now[1] .. '.' .. now[2]
      redis.call('SET', KEYS[first + i - 1], marks[i], 'PX', ms)
    end
  end
  return table.concat(marks, ' ')
end`;

/** What stands before the text of a value with these marks; the scripts below say the same in Lua. */
const headOf = (marks: readonly (string | null)[]): string => `${marks.map((mark) => mark ?? '').join(' ')}\n`;

/** The text of a value, while its marks are those that its groups have now; null when it has none or others. */
export const textOf = ([kept, ...marks]: readonly (string | null)[]): string | null => {
  const head = headOf(marks);
  return kept?.startsWith(head) === true ? kept.slice(head.length) : null;
};

/**
 * A lock is its holder's token and the marks at that moment. One with other marks is void: what its holder loads is old.
 * KEYS: value, lock, groups…  ARGV: milliseconds that a fresh value has left at least, token, milliseconds of the lock, of a
 * mark.  Returns text or nil, milliseconds left, 1 when the lock is ours.
 */
export const LOOK_UP = script(`${MARKS}
local kept = redis.call('MGET', KEYS[1], unpack(KEYS, 3))
for i = 2, #kept do kept[i] = kept[i] or '' end
local head = table.concat(kept, ' ', 2) .. '\\n'
local text = false
local left = -2
if kept[1] and string.sub(kept[1], 1, #head) == head then
  text = string.sub(kept[1], #head + 1)
  left = redis.call('PTTL', KEYS[1])
end
local isOurs = 0
if left <= tonumber(ARGV[1]) then
  local marks = makeMarks(3, ARGV[4])
  local lock = redis.call('GET', KEYS[2])
  if not lock or string.sub(lock, #ARGV[2] + 2) ~= marks then
    redis.call('SET', KEYS[2], ARGV[2] .. ' ' .. marks, 'PX', ARGV[3])
    isOurs = 1
  end
end
return { text, left, isOurs }`);

/**
 * Keeps what was loaded, unless the lock is not the loader's any more: somebody dropped or set the value meanwhile, or took
 * over after the lock had run out. KEYS: value, lock.  ARGV: token, text, milliseconds.  Returns 1 when it is kept.
 */
export const STORE = script(`
local lock = redis.call('GET', KEYS[2])
if not lock or string.sub(lock, 1, #ARGV[1] + 1) ~= ARGV[1] .. ' ' then return 0 end
redis.call('SET', KEYS[1], string.sub(lock, #ARGV[1] + 2) .. '\\n' .. ARGV[2], 'PX', ARGV[3])
redis.call('DEL', KEYS[2])
return 1`);

/** Gives a lock back, if it is still the holder's. KEYS: lock.  ARGV: token. */
export const RELEASE = script(`
local lock = redis.call('GET', KEYS[1])
if lock and string.sub(lock, 1, #ARGV[1] + 1) == ARGV[1] .. ' ' then redis.call('DEL', KEYS[1]) end
return 1`);

/** KEYS: value, lock, groups…  ARGV: text, milliseconds, of a mark, channel, message. Loads under way are not kept. */
export const SET = script(`${MARKS}
redis.call('SET', KEYS[1], makeMarks(3, ARGV[3]) .. '\\n' .. ARGV[1], 'PX', ARGV[2])
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
