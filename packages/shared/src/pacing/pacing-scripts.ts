import { redisScript } from '../redis/redis-script.ts';
import { MAX_STRETCH, STRETCH_RECOVERY_MS, STRETCH_REST_MS, STRETCH_STEP } from './rhythm.ts';

/**
 * The book of a key as `memory-slots.ts` has it, in whole microseconds by the clock of Redis, and who has asked of late. Nobody
 * starts before a slot, and its start is kept as the latest moment it may be: so two starts never lie nearer than the book says.
 * When the clock was set back, everything in the book moves with it, or nobody would start until it is as late again.
 * KEYS: the book.  ARGV of each script: its own, and last the milliseconds after which a book nobody asks for is forgotten.
 */
const BOOK = `
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local kept = redis.call('GET', KEYS[1])
local book = kept and cmsgpack.unpack(kept) or { due = 0, held = 0, starts = {}, stretch = 1, stretchedAt = 0, asked = {} }
local back = (book.writtenAt or 0) - now
if back > 0 then
  for _, name in ipairs({ 'due', 'held', 'stretchedAt' }) do book[name] = book[name] - back end
  for i, start in ipairs(book.starts) do book.starts[i] = start - back end
end
book.writtenAt = now
local function stretch()
  return 1 + (book.stretch - 1) * math.max(0, 1 - (now - book.stretchedAt) / ${STRETCH_RECOVERY_MS * 1_000})
end
local function save()
  table.sort(book.starts)
  redis.call('SET', KEYS[1], cmsgpack.pack(book), 'PX', ARGV[#ARGV])
end
local function find(slot)
  for i, start in ipairs(book.starts) do if start == slot then return i end end
end`;

/**
 * ARGV: starts in a window, who asks, and in microseconds: interval, window, credit, horizon, how much later than its slot the
 * start may be for all that the asker knows of our clock, and after how long one who does not ask any more is not counted.
 * Returns 1 for a slot or 0, its time or the time until there may be one, the time now, how many have asked of late.
 */
export const TAKE = redisScript(`${BOOK}
local by = stretch()
local count, interval, window = tonumber(ARGV[1]), math.floor(ARGV[3] * by), math.floor(ARGV[4] * by)
local credit, horizon, unsure, forgetAfter = tonumber(ARGV[5]), tonumber(ARGV[6]), tonumber(ARGV[7]), tonumber(ARGV[8])
book.asked[ARGV[2]] = now
local sharers = 0
for who, at in pairs(book.asked) do
  if now - at > forgetAfter then book.asked[who] = nil else sharers = sharers + 1 end
end
local due = book.due
if due < now - credit then due = now end
local at = math.max(due, now, book.held)
local first = book.starts[#book.starts - count + 1]
if first then at = math.max(at, first + window) end
if at - now > horizon then
  save()
  return { 0, at - now - horizon, now, sharers }
end
book.due = due + interval
table.insert(book.starts, at + unsure)
while #book.starts > 2 * count do table.remove(book.starts, 1) end
save()
return { 1, at, now, sharers }`);

/** ARGV: the start as it was told last, and as it is. */
export const LATE = redisScript(`${BOOK}
local index = find(tonumber(ARGV[1]))
if not index then return 0 end
book.starts[index] = tonumber(ARGV[2])
save()
return 1`);

/** ARGV: the start as it was told last, the interval. */
export const GIVE_BACK = redisScript(`${BOOK}
local index = find(tonumber(ARGV[1]))
if not index then return 0 end
table.remove(book.starts, index)
book.due = book.due - math.floor(ARGV[2] * stretch())
save()
return 1`);

/** ARGV: microseconds in which nobody starts. */
export const SLOWER = redisScript(`${BOOK}
book.held = math.max(book.held, now + ARGV[1])
if now - book.stretchedAt >= ${STRETCH_REST_MS * 1_000} then
  book.stretch = math.min(${MAX_STRETCH}, stretch() * ${STRETCH_STEP})
  book.stretchedAt = now
end
save()
return 1`);
