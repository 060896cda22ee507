import type { VkCallCount, VkTokenStore } from '@otklik/contracts';
import { type Clock, DatabaseError, type Logger, asideFrom, withDeadline } from '@otklik/shared';
import { createBackgroundLoop } from '../jobs/background-loop.ts';
import { type UsableToken, toRef } from './usable-token.ts';

/** What the last counts get when the process stops. */
const CLOSE_MS = 2_000;
/** Tokens times methods times days: reached only when the database is away for weeks. */
const MAX_COUNTS = 50_000;

type Deps = {
  readonly store: Pick<VkTokenStore, 'count'>;
  readonly clock: Clock;
  readonly logger: Logger;
  /** How long counts are summed up before they are written. */
  readonly everyMs: number;
};

/** Calls of VK on their way into the ledger. A process that is killed loses those of its last seconds. */
export type CallLedger = {
  add(calls: readonly VkCallCount[]): void;
  /** The token with the calls of today that are not written yet. */
  withPending(token: UsableToken): UsableToken;
  start(): void;
  /** Writes what is left, within its time. Never rejects. */
  stop(): Promise<void>;
};

/** Sums up and writes now and then: a row for every request would cost more than the request. */
export const createCallLedger = ({ store, clock, logger, everyMs }: Deps): CallLedger => {
  const waiting = new Map<string, VkCallCount>();

  const add = (calls: readonly VkCallCount[]): void => {
    for (const call of calls) {
      const key = keyOf(call);
      const known = waiting.get(key);
      if (known !== undefined || waiting.size < MAX_COUNTS) waiting.set(key, { ...call, calls: call.calls + (known?.calls ?? 0) });
    }
  };
  const write = async (): Promise<boolean> => {
    // What was counted and taken back is nothing.
    const batch = [...waiting.values()].filter(({ calls }) => calls !== 0);
    waiting.clear();
    if (batch.length === 0) return false;
    try {
      await store.count(batch.map((one) => ({ ...one, ...toRef(one) })));
    } catch (thrown) {
      // What the database will never take is not asked again for ever. After a lost connection it may be counted twice: rather that than too few.
      if (!(thrown instanceof DatabaseError) || thrown.retryable) add(batch);
      throw thrown;
    }
    return false;
  };
  const loop = createBackgroundLoop({ name: 'VK call ledger', round: write, intervalMs: everyMs, clock, logger: asideFrom(logger) });

  return {
    add,
    withPending: (token) => {
      const day = dayOf(new Date());
      const pending = [...waiting.values()].filter((call) => call.tokenId === token.tokenId && call.day === day);
      return pending.length === 0 ? token : { ...token, methods: withCalls(token.methods, pending) };
    },
    start: loop.start,
    stop: async () => {
      const rest = loop.stop().then(write);
      await withDeadline(rest, CLOSE_MS).catch((error: unknown) => logger.warn('calls of VK are missing in the ledger', { error }));
    },
  };
};

/** The day of a moment, as the ledger names it: `2026-11-26`, UTC. */
export const dayOf = (moment: Date): string => moment.toISOString().slice(0, 10);

const keyOf = ({ workspaceId, tokenId, method, day }: VkCallCount): string => `${workspaceId} ${tokenId} ${method} ${day}`;

type Methods = UsableToken['methods'];

const withCalls = (methods: Methods, calls: readonly VkCallCount[]): Methods => {
  const known = new Map(methods.map((method) => [method.method, method]));
  for (const { method, calls: more } of calls) {
    const old = known.get(method) ?? { method, parkedUntil: null, dailyCap: null, callsToday: 0, firstCallAt: null };
    known.set(method, { ...old, callsToday: old.callsToday + more });
  }
  return [...known.values()];
};
