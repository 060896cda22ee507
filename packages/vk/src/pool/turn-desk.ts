import type { Clock, NoTokenError, Pacing, PacingTurn } from '@otklik/shared';
import type { VkMetrics } from '../metrics/vk-metrics.ts';
import { noToken } from '../tokens/no-token.ts';
import type { TokenKeeper } from '../tokens/token-keeper.ts';
import type { VkToken, VkTokenSource } from '../tokens/token-source.ts';
import type { VkMethod } from '../vk-methods.ts';
import { createCallers } from './callers.ts';

/** Leave to start one request with this token, now. */
export type Grant = PacingTurn & { readonly token: VkToken };

/** Gives turns to those of one workspace who wait: the first of them gets the first turn that any of its tokens has. */
export type TurnDesk = {
  /** `method`: only with a token that may call it. Rejects with NoTokenError, the source's error, or the signal's reason. */
  turn(method: VkMethod | undefined, signal: AbortSignal): Promise<Grant>;
};

type Deps = {
  readonly workspaceId: string;
  readonly source: Pick<VkTokenSource, 'tokens'>;
  readonly keeper: Pick<TokenKeeper, 'isFree'>;
  readonly pacing: Pick<Pacing, 'turn'>;
  readonly metrics: VkMetrics;
  readonly clock: Clock;
};

/**
 * Who has just got a turn may ask for the next one: its place in the queues of the tokens is kept for so long, so that slots
 * that are reserved already need not be given back and asked for again.
 */
const LINGER_MS = 10;
const never = new AbortController().signal;

export const createTurnDesk = ({ workspaceId, source, keeper, pacing, metrics, clock }: Deps): TurnDesk => {
  const callers = createCallers<Grant>();
  const pulls = new Map<string, AbortController>();

  const isWanted = (token: VkToken): boolean => !pulls.has(token.tokenId) && callers.some((method) => keeper.isFree(token, method));
  const stopIfIdle = (): void => {
    if (callers.isEmpty()) for (const pull of pulls.values()) pull.abort(new Error('nobody waits'));
  };
  const hand = (token: VkToken, turn: PacingTurn): void => {
    const caller = callers.take((method) => keeper.isFree(token, method));
    if (caller === undefined) turn.giveBack();
    else caller.resolve({ token, ...turn });
    if (callers.isEmpty()) clock.after(LINGER_MS, stopIfIdle);
  };
  const pull = async (token: VkToken): Promise<void> => {
    const stop = new AbortController();
    pulls.set(token.tokenId, stop);
    try {
      const turn = await pacing.turn(token.fingerprint, { perSecond: token.requestsPerSecond }, stop.signal);
      hand(token, turn);
    } catch (thrown) {
      if (!stop.signal.aborted) callers.refuseAll(thrown);
    } finally {
      pulls.delete(token.tokenId);
    }
    await serve();
  };
  /** Refuses those for whom there is no token any more, and asks for turns of all tokens that somebody could use. */
  const serve = async (): Promise<void> => {
    if (callers.isEmpty()) return;
    try {
      const tokens = await source.tokens(workspaceId, never);
      callers.refuse((method) => whyNone({ tokens, method, keeper }));
      for (const token of tokens.filter(isWanted)) void pull(token);
    } catch (thrown) {
      callers.refuseAll(thrown);
    }
  };

  return {
    turn: async (method, signal) => {
      const askedAt = clock.now();
      const waiting = callers.add(method, signal);
      void serve();
      const grant = await waiting;
      metrics.waited((clock.now() - askedAt) / 1_000);
      return grant;
    },
  };
};

type Situation = {
  readonly tokens: readonly VkToken[];
  readonly method: VkMethod | undefined;
  readonly keeper: Pick<TokenKeeper, 'isFree'>;
};

/** undefined: there is a token. */
const whyNone = ({ tokens, method, keeper }: Situation): NoTokenError | undefined =>
  tokens.some((token) => keeper.isFree(token, method)) ? undefined : noToken({ tokens, method, now: Date.now() });
