import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import { z } from 'zod';
import type { Logger } from '../logging/logger.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { Labels, Place } from './cache-labels.ts';
import { type CacheMetrics, tellBreaker } from './cache-metrics.ts';
import { type OverdueDrops, createOverdueDrops } from './overdue-drops.ts';
import { openRedisEar, toMessage } from './redis-ear.ts';
import { AWAY, type RedisLink, openRedisLink } from '../redis/redis-link.ts';
import { type RedisScript, type ScriptCall, runScript } from '../redis/redis-script.ts';
import { DROP, LOOK_UP, RELEASE, SET, STORE, textOf } from './redis-scripts.ts';
import type { SharedEntry, SharedTier } from './shared-tier.ts';

export type RedisTierOptions = {
  readonly url: string;
  /** First part of every key: several installations on one Redis. Default `otklik`. */
  readonly prefix?: string;
  /** How long one exchange may take. Default 100 ms. */
  readonly deadlineMs?: number;
  /** Between two looks whether a lost store is back. Default 1 s. */
  readonly retryAfterMs?: number;
  /** Between two looks whether invalidations of other processes still come through. Default 1 s. */
  readonly heartbeatMs?: number;
};

type Deps = RedisTierOptions & {
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly cacheMetrics: CacheMetrics;
  /** Another process dropped these. */
  readonly onDrop: (labels: Labels) => void;
  /** Drops of other processes were missed, nobody knows which. */
  readonly onMissed: () => void;
};

/** Longer than any value is kept, so that a mark outlives the values that carry it. */
export const MARK_MS = 3 * 24 * 3_600_000;

const OUTAGE = { away: 'cache unreachable, values are loaded without it', back: 'cache reachable again' };

/** Values in a Redis behind a breaker, and the ear for what other processes drop. Nothing has to be reachable. */
export const openRedisTier = (deps: Deps): SharedTier => {
  const { url, prefix = 'otklik', deadlineMs = 100, retryAfterMs = 1_000, heartbeatMs = 1_000 } = deps;
  const { logger, metrics, cacheMetrics, onDrop, onMissed } = deps;
  const keys = keysUnder(`${prefix}:cache`);
  const self = randomUUID();
  const overdue = createOverdueDrops();
  const makeUp = (): void => {
    const labels = overdue.take();
    if (labels !== undefined) void values.drop(labels);
  };
  // A write: a store that is full or read-only would pass a mere ping.
  const probe = (client: Redis): Promise<unknown> => client.set(keys.probe, '1', 'PX', 10_000);
  const link = openRedisLink({
    url,
    name: 'The Redis of the cache',
    words: OUTAGE,
    probe,
    onWell: makeUp,
    deadlineMs,
    retryAfterMs,
    logger,
    onTook: cacheMetrics.took,
  });
  tellBreaker(metrics, link.state);
  const ear = openRedisEar({ url, channel: keys.channel, self, onDrop, onHearing: onMissed, heartbeatMs });
  const values = makeValues({ link, keys, self, overdue, makeUp });
  return {
    ...values,
    isDeaf: ear.isDeaf,
    close: () => {
      ear.close();
      link.close();
    },
  };
};

type Parts = {
  readonly link: Pick<RedisLink, 'ask'>;
  readonly keys: ReturnType<typeof keysUnder>;
  readonly self: string;
  readonly overdue: OverdueDrops;
  readonly makeUp: () => void;
};

const makeValues = ({ link, keys, self, overdue, makeUp }: Parts): Omit<SharedTier, 'isDeaf' | 'close'> => {
  const exchange: RedisLink['ask'] = async (operation, question) => {
    const answer = await link.ask(operation, question);
    // A store that refused a single drop has no outage whose end one could wait for.
    if (answer !== AWAY) makeUp();
    return answer;
  };
  const ask = (operation: string, script: RedisScript, call: ScriptCall): Promise<unknown> =>
    exchange(operation, (client) => runScript(client, script, call));
  /** Two plain commands in one go cost Redis less than a script. The time comes first: a value that is set in between has more. */
  const read = async ({ entry, groups }: Place): Promise<SharedEntry | 'away'> => {
    const value = keys.value(entry);
    const answer = await exchange('read', (client) => Promise.all([client.pttl(value), client.mget(value, ...groups.map(keys.group))]));
    const seen = Seen.safeParse(answer).data;
    if (seen === undefined) return 'away';
    const [leftMs, kept] = seen;
    return { text: textOf(kept) ?? undefined, leftMs, token: undefined };
  };
  return {
    lookUp: async (place, { freshMs, lockMs }) => {
      if (lockMs === undefined) return read(place);
      const token = randomUUID();
      const answer = await ask('look_up', LOOK_UP, { keys: keys.all(place), args: [freshMs, token, lockMs, MARK_MS] });
      const found = Found.safeParse(answer).data;
      if (found === undefined) return 'away';
      const [text, leftMs, isOurs] = found;
      return { text: text ?? undefined, leftMs, token: isOurs === 1 ? token : undefined };
    },
    store: async ({ entry }, token, { text, keepMs }) => {
      await ask('store', STORE, { keys: [keys.value(entry), keys.lock(entry)], args: [token, text, keepMs] });
    },
    release: async ({ entry }, token) => {
      await ask('release', RELEASE, { keys: [keys.lock(entry)], args: [token] });
    },
    set: async (place, { text, keepMs }) => {
      const labels = { entries: [place.entry], groups: [] };
      const args = [text, keepMs, MARK_MS, keys.channel, toMessage(self, labels)];
      const answer = await ask('set', SET, { keys: keys.all(place), args });
      // What was there before must not be found again.
      if (answer === AWAY) overdue.add(labels);
    },
    drop: async (labels) => {
      const single = labels.entries.flatMap((entry) => [keys.value(entry), keys.lock(entry)]);
      const args = [single.length, MARK_MS, keys.channel, toMessage(self, labels)];
      const answer = await ask('drop', DROP, { keys: [...single, ...labels.groups.map(keys.group)], args });
      if (answer === AWAY) overdue.add(labels);
    },
  };
};

/** What PTTL and MGET return. */
const Seen = z.tuple([z.int(), z.array(z.string().nullable())]);

/** What LOOK_UP returns. */
const Found = z.tuple([z.string().nullable(), z.int(), z.int()]);

const keysUnder = (prefix: string) => {
  const value = (entry: string): string => `${prefix}:value:${entry}`;
  const lock = (entry: string): string => `${prefix}:lock:${entry}`;
  const group = (label: string): string => `${prefix}:group:${label}`;
  return {
    value,
    lock,
    group,
    probe: `${prefix}:probe`,
    channel: `${prefix}:drops`,
    all: ({ entry, groups }: Place): string[] => [value(entry), lock(entry), ...groups.map(group)],
  };
};
