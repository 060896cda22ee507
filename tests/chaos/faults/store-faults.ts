import { type TcpProxy, askRedis, openSession, waitFor } from '@otklik/testing';
import type { Gate } from '../site/gate.ts';
import { type FaultContext, type MadeFault, type MakeFault, isOver, pointedTo } from './fault.ts';

/** Half of the time all processes lose the store, else one of them. */
const gatesAt = ({ gates }: FaultContext['fleet'], target: number): { readonly hit: readonly Gate[]; readonly whose: string } => {
  if (target < 0.5) return { hit: gates, whose: 'of all' };
  const gate = pointedTo(gates, (target - 0.5) * 2);
  return { hit: gate === undefined ? [] : [gate], whose: `of process ${gates.findIndex((one) => one === gate) + 1}` };
};

type Store = 'postgres' | 'queue';
const bad = (store: Store, word: string, make: (proxy: TcpProxy) => unknown): MakeFault => {
  const told = store === 'queue' ? 'Redis' : 'PostgreSQL';
  return async ({ fleet }, target) => {
    const { hit, whose } = gatesAt(fleet, target);
    await Promise.all(hit.map((gate) => make(gate[store])));
    return { told: `connections ${whose} to ${told} ${word}`, lift: () => restoreAll(hit, store) };
  };
};

const restoreAll = async (gates: readonly Gate[], store: Store): Promise<void> => {
  await Promise.all(gates.map((gate) => gate[store].restore()));
};

export const refused = (store: Store): MakeFault => bad(store, 'refused', (proxy) => proxy.refuse());
export const reset = (store: Store): MakeFault => bad(store, 'reset', (proxy) => proxy.reset());
/** What was open stays dead for whoever does not notice. */
export const halfOpen = (store: Store): MakeFault => bad(store, 'half-open', (proxy) => proxy.blackhole());

export const redisFrozen: MakeFault = async ({ site: { redis } }) => {
  redis?.freeze();
  return redis && { told: 'Redis frozen', lift: async () => redis.thaw() };
};

export const redisFlushed: MakeFault = async ({ site: { redis } }) => {
  await redis?.flush();
  return redis && { told: 'FLUSHALL', lift: isOver };
};

export const redisKilled: MakeFault = async ({ site: { redis } }) => {
  await redis?.kill();
  return redis && { told: 'Redis killed', lift: () => redis.restart() };
};

const configured = (told: string, make: readonly string[], undo: readonly string[]): MakeFault => {
  return async ({ site: { redis } }): Promise<MadeFault | undefined> => {
    if (redis === undefined) return undefined;
    await askRedis(redis.url, make);
    return { told, lift: () => waitFor(async () => (await askRedis(redis.url, undo)) === 'OK').then(isOver) };
  };
};

export const redisFull: MakeFault = configured(
  'Redis out of memory',
  ['CONFIG', 'SET', 'maxmemory', '1mb'],
  ['CONFIG', 'SET', 'maxmemory', '0'],
);
export const redisReadOnly: MakeFault = configured('Redis read-only', ['REPLICAOF', '127.0.0.1', '1'], ['REPLICAOF', 'NO', 'ONE']);

/** The queue on PostgreSQL forgets what it was given. */
export const queueLost: MakeFault = async ({ site }) => {
  await site.query('TRUNCATE bullmq.job CASCADE');
  return { told: 'the tables of the queue emptied', lift: isOver };
};

export const postgresKilled: MakeFault = async ({ site: { postgres } }) => {
  await postgres.kill();
  return { told: 'PostgreSQL killed', lift: () => postgres.restart() };
};

/** Every statement about jobs waits for it, so every pool fills up. */
export const postgresHeld: MakeFault = async ({ site }) => {
  const session = await openSession(site.postgres.url);
  await session.run('BEGIN; LOCK TABLE job IN ACCESS EXCLUSIVE MODE');
  return {
    told: 'the table of jobs locked',
    lift: async () => {
      await session.run('ROLLBACK');
      await session.end();
    },
  };
};
