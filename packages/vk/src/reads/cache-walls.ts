import { type Cache, type CacheKey, VkApiError, VkTransportError, cacheKinds } from '@otklik/shared';
import { z } from 'zod';
import { unlessAborted } from '../unless-aborted.ts';
import { type VkWall, noSuch } from './resolve-wall.ts';

/** Whoever finds out whose wall it is. */
type Walls = { resolveWall(ref: string, signal: AbortSignal): Promise<VkWall> };
type Deps<R extends Walls> = {
  readonly reader: R;
  readonly cache: Cache;
  /** How long a load may take. Default 5 min. */
  readonly loadMs?: number;
};

/** VK has nothing there: an unknown name, a user or a community that is not there, or not any more. It may be tomorrow. */
const NO_SUCH: ReadonlySet<number> = new Set([18, 104, 113, 125]);

const Resolved = z.union([
  z.object({
    wall: z.object({
      ownerId: z.string(),
      kind: z.enum(['user', 'group', 'page', 'event']),
      name: z.string(),
      screenName: z.string().nullable(),
      // Entries of older versions don't say it.
      isClosed: z.boolean().default(false),
    }),
  }),
  z.object({ noSuch: z.object({ vkCode: z.int(), method: z.string() }) }),
]);
type Resolved = z.output<typeof Resolved>;

/** As long as an attempt may take: where many share a token, each of its two requests may wait minutes for a turn. */
const LOAD_MS = 300_000;
/** Until it is worth beginning again. */
const COME_BACK_MS = 10_000;

/**
 * A reader that remembers whose wall a name or an id is. That there is none is remembered for a short time, no other error
 * is. While VK is away a wall that was found before stays found.
 */
export const cacheWalls = <R extends Walls>({ reader, cache, loadMs = LOAD_MS }: Deps<R>): R => ({
  ...reader,
  resolveWall: async (ref: string, signal: AbortSignal) => {
    signal.throwIfAborted();
    // Others may wait for the same answer: the load is not that of the one caller who began it.
    const load = (): Promise<Resolved> => findOut(reader, ref, loadMs);
    const resolved = await unlessAborted(cache.getOrLoad(keyOf(ref), load), signal);
    if ('wall' in resolved) return resolved.wall;
    throw noSuch(resolved.noSuch.method, resolved.noSuch.vkCode);
  },
});

const keyOf = (ref: string): CacheKey<Resolved> => ({
  kind: /^\d+$/.test(ref) ? cacheKinds.users : cacheKinds.walls,
  id: ref.toLowerCase(),
  parse: (value) => Resolved.parse(value),
  isNegative: (value) => 'noSuch' in value,
});

const findOut = async (reader: Walls, ref: string, withinMs: number): Promise<Resolved> => {
  const stop = new AbortController();
  // No fault of VK's and none of the job's, so whoever waits for it comes back and loses nothing.
  const late = new VkTransportError('VK_TIMEOUT', 'There was no turn in time to find out whose wall it is.', {
    retryAfterMs: COME_BACK_MS,
  });
  const timer = setTimeout(() => stop.abort(late), withinMs).unref();
  try {
    return { wall: await reader.resolveWall(ref, stop.signal) };
  } catch (thrown) {
    if (!(thrown instanceof VkApiError) || !NO_SUCH.has(thrown.vkCode)) throw thrown;
    return { noSuch: { vkCode: thrown.vkCode, method: thrown.method } };
  } finally {
    clearTimeout(timer);
  }
};
