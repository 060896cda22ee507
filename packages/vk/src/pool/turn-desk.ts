import type { Clock, Pacing, PacingTurn } from '@otklik/shared';
import type { VkMetrics } from '../metrics/vk-metrics.ts';
import { noToken } from '../tokens/no-token.ts';
import type { TokenKeeper } from '../tokens/token-keeper.ts';
import type { VkToken, VkTokenSource } from '../tokens/token-source.ts';
import type { VkMethod } from '../vk-methods.ts';
import { createCallers } from './callers.ts';

/** Leave to start one request with this token, now. */
export type Grant = PacingTurn & { readonly token: VkToken };

/** What a token has to be good for. */
type TurnNeed = {
  /** undefined: any. */
  readonly method?: VkMethod | undefined;
  /** Ids of tokens that are of no use. Default: none. */
  readonly without?: ReadonlySet<string> | undefined;
};

/** Gives turns to those of one workspace who wait: the first of them gets the first turn that any of its tokens has. */
export type TurnDesk = {
  /** Rejects with NoTokenError, the source's error, or the signal's reason. */
  turn(need: TurnNeed, signal: AbortSignal): Promise<Grant>;
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
  const callers = createCallers<TurnNeed, Grant>();
  const pulls = new Map<string, AbortController>();
  const fits = makeFits(keeper);
  const isWanted = (token: VkToken): boolean => !pulls.has(token.tokenId) && callers.some((need) => fits(token, need));
  const stopIfIdle = (): void => {
    if (callers.isEmpty()) for (const pull of pulls.values()) pull.abort(new Error('nobody waits'));
  };
  const hand = (token: VkToken, turn: PacingTurn): void => {
    const caller = callers.take((need) => fits(token, need));
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
      callers.refuse((need) => (tokens.some((token) => fits(token, need)) ? undefined : whyNone(tokens, need)));
      for (const token of tokens.filter(isWanted)) void pull(token);
    } catch (thrown) {
      callers.refuseAll(thrown);
    }
  };

  return {
    turn: async (need, signal) => {
      const askedAt = clock.now();
      const waiting = callers.add(need, signal);
      void serve();
      const grant = await waiting;
      metrics.waited((clock.now() - askedAt) / 1_000);
      return grant;
    },
  };
};

/** Whether a token can be used for what somebody needs, now. */
const makeFits =
  (keeper: Deps['keeper']) =>
  (token: VkToken, { method, without }: TurnNeed): boolean =>
    without?.has(token.tokenId) !== true && keeper.isFree(token, method);

const whyNone = (tokens: readonly VkToken[], { method }: TurnNeed): Error => noToken({ tokens, method, now: Date.now() });
