import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Clock } from '../clock/clock.ts';
import type { Logger } from '../logging/logger.ts';
import { openRedisLink } from '../redis/redis-link.ts';
import { type RedisScript, runScript } from '../redis/redis-script.ts';
import { createClockOfRedis } from './clock-of-redis.ts';
import type { PaceLimit } from './pacing.ts';
import { GIVE_BACK, LATE, SLOWER, TAKE } from './pacing-scripts.ts';
import { HORIZON_MS, TOLERATED_LATE_MS, rhythmOf } from './rhythm.ts';
import type { NoSlotYet, Slot, Slots } from './slots.ts';

export type RedisSlotsOptions = {
  readonly url: string;
  /** First part of every key: several installations on one Redis. Default `otklik`. */
  readonly prefix?: string;
  /** How long one exchange may take. Default 500 ms. */
  readonly deadlineMs?: number;
  /** Between two looks whether a lost Redis is back. Default 1 s. */
  readonly retryAfterMs?: number;
  readonly clock: Pick<Clock, 'now'>;
  readonly logger: Logger;
};

/** Slots of all processes. `away`: Redis can not be asked just now. */
export type SharedSlots = Omit<Slots, 'take'> & {
  take(key: string, limit: PaceLimit): Promise<Slot | NoSlotYet | { readonly kind: 'away' }>;
  isThere(): boolean;
  /** Processes that shared the key when Redis was asked last; undefined: it was never asked. */
  sharers(): number | undefined;
};

/** Longer than anything that is remembered of a key matters. */
const BOOK_MS = 3_600_000;
const FORGET_SHARERS_MS = 30_000;
const OUTAGE = { away: 'pacing store unreachable, requests are paced by each process alone', back: 'pacing store reachable again' };

const Taken = z.tuple([z.int(), z.int(), z.int(), z.int()]);
const micro = (ms: number): number => Math.round(ms * 1_000);

export const openRedisSlots = (options: RedisSlotsOptions): SharedSlots => {
  const { url, prefix = 'otklik', deadlineMs = 500, retryAfterMs = 1_000, clock, logger } = options;
  const link = openRedisLink({
    url,
    name: 'The Redis of pacing',
    words: OUTAGE,
    // A write: a store that is full or read-only would pass a mere ping.
    probe: (client) => client.set(`${prefix}:pace-probe`, '1', 'PX', 10_000),
    onWell: () => undefined,
    deadlineMs,
    retryAfterMs,
    logger,
    onTook: () => undefined,
  });
  const self = randomUUID();
  const redisClock = createClockOfRedis();
  let sharers: number | undefined;
  /** How unsure the time of a slot was when Redis answered last. */
  let unsureMs = 0;

  const ask = (script: RedisScript, key: string, args: readonly (string | number)[]): Promise<unknown> =>
    link.ask('pace', (client) => runScript(client, script, { keys: [`${prefix}:pace:${key}`], args: [...args, BOOK_MS] }));

  const take: SharedSlots['take'] = async (key, limit) => {
    await link.triedToConnect;
    const { intervalMs, count, windowMs, creditMs } = rhythmOf(limit);
    const asked = clock.now();
    const presumedMs = unsureMs;
    const times = [intervalMs, windowMs, creditMs, HORIZON_MS, presumedMs, FORGET_SHARERS_MS].map(micro);
    const answer = Taken.safeParse(await ask(TAKE, key, [count, self, ...times])).data;
    if (answer === undefined) return { kind: 'away' };
    const [isOurs, time, now, others] = answer;
    const answered = clock.now();
    redisClock.saw(now / 1_000, asked, answered);
    unsureMs = redisClock.unsureMs(answered);
    sharers = others;
    if (isOurs === 0) return { kind: 'later', ms: time / 1_000 };
    const at = redisClock.toOurs(time / 1_000, answered);
    return toSlot({ at, time, presumedMs, unsureMs, intervalMs, tell: (script, args) => ask(script, key, args) });
  };
  return {
    take,
    slower: async (key, ms) => void (await ask(SLOWER, key, [micro(ms)])),
    isThere: link.isThere,
    sharers: () => sharers,
    close: link.close,
  };
};

type Reserved = {
  /** By the clock of this process. */
  readonly at: number;
  /** By the clock of Redis, in microseconds. */
  readonly time: number;
  /** The book has the start so much later. */
  readonly presumedMs: number;
  /** So much later it may be. */
  readonly unsureMs: number;
  readonly intervalMs: number;
  readonly tell: (script: RedisScript, args: readonly number[]) => Promise<unknown>;
};

const toSlot = ({ at, time, presumedMs, unsureMs, intervalMs, tell }: Reserved): Slot => {
  let start = time + micro(presumedMs);
  const late = (byMs: number): void => {
    const told = start;
    start = time + micro(byMs + unsureMs);
    void tell(LATE, [told, start]);
  };
  // The question said what the answer before it had shown, so a Redis that is far costs no message for each start.
  if (Math.abs(unsureMs - presumedMs) > TOLERATED_LATE_MS) late(0);
  return { kind: 'slot', at, late, giveBack: async () => void (await tell(GIVE_BACK, [start, micro(intervalMs)])) };
};
