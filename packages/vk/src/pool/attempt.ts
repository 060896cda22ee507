import { type Circuit, type Clock, type Logger, VkApiError, retryDelayMs, toAppError } from '@otklik/shared';
import type { SendSignals } from '../reads/vk-read.ts';
import type { TokenKeeper } from '../tokens/token-keeper.ts';
import type { VkToken, VkTokenSource } from '../tokens/token-source.ts';
import { unlessAborted } from '../unless-aborted.ts';
import type { VkMethod, VkTokenKind } from '../vk-methods.ts';
import type { BatchSizes } from './batch-size.ts';
import { type PoolRequest, methodOf } from './make-request.ts';
import { type Fate, type NextStep, fateOf, nextStep } from './next-step.ts';
import type { Item, Work } from './open-work.ts';
import type { CallEnd } from './pool-call.ts';
import type { Grant } from './turn-desk.ts';

export type AttemptDeps = {
  readonly workspaceId: string;
  readonly request: <T>(request: PoolRequest<T>) => Promise<readonly CallEnd<T>[]>;
  readonly source: Pick<VkTokenSource, 'tokens'>;
  readonly keeper: TokenKeeper;
  readonly sizes: BatchSizes;
  readonly circuitOf: (kind: VkTokenKind, method: VkMethod) => Circuit;
  readonly clock: Clock;
  readonly logger: Logger;
};

type Attempt<T> = SendSignals & {
  readonly work: Work<T>;
  readonly items: readonly Item<T>[];
  readonly grant: Grant;
};

/** After a fault that may pass by itself. */
const MAX_PAUSE_MS = 5_000;

/** One request for these calls, and what follows from its end for each of them. Rejects with CircuitOpenError or the reason of a signal. */
export const makeAttempt = (deps: AttemptDeps) => {
  const afterWhole = makeAfterWhole(deps);
  const afterParts = makeAfterParts(deps);
  return async <T>(attempt: Attempt<T>): Promise<void> => {
    const { items, grant, signal } = attempt;
    const calls = items.map(({ call }) => call);
    let ends: readonly CallEnd<T>[];
    try {
      ends = await deps.request({ grant, calls, signal });
    } catch (thrown) {
      signal.throwIfAborted();
      return afterWhole(attempt, thrown);
    }
    if (methodOf(calls) === 'execute') deps.keeper.didExecute({ workspaceId: deps.workspaceId, token: grant.token });
    deps.sizes.well(grant.token.fingerprint, items.length);
    await afterParts(attempt, ends);
  };
};

/** The request failed as a whole. */
const makeAfterWhole = (deps: AttemptDeps) => {
  const { sizes, circuitOf, clock, logger } = deps;
  const bear = makeBear(deps);
  return async <T>({ work, items, grant: { token }, signal, turns }: Attempt<T>, thrown: unknown): Promise<void> => {
    const method = methodOf(items.map(({ call }) => call));
    const where = { isExecute: method === 'execute', mayExecute: token.mayExecute };
    const borne = bear({ items, token, method, error: thrown, fate: fateOf(thrown, where), step: nextStep(thrown, where) });
    const step = await unlessAborted(borne, signal);
    if (step === 'halve') sizes.tooBig(token.fingerprint, items.length, thrown instanceof VkApiError ? 'heavy' : 'outage');
    work.failed(items, step, thrown);
    if (step !== 'retry' && step !== 'halve') return;
    // With the circuit open this is no failure of the calls any more: their job may wait and lose no attempt.
    circuitOf(token.kind, method).check(thrown);
    // Half of what was too much may be sent at once.
    if (work.isOver() || (step === 'halve' && thrown instanceof VkApiError)) return;
    logger.info('a call to VK is tried again', { method, calls: items.length, code: toAppError(thrown).code });
    const pauseMs = retryDelayMs(Math.max(1, ...items.map(({ tries }) => tries)), { maxMs: MAX_PAUSE_MS });
    // What can not be had then is the next turn, for those that still want one.
    await clock.sleep(pauseMs, turns).catch(() => undefined);
  };
};

/** The request was answered; each of its calls has its own end. */
const makeAfterParts = (deps: AttemptDeps) => {
  const bear = makeBear(deps);
  return async <T>({ work, items, grant: { token }, signal }: Attempt<T>, ends: readonly CallEnd<T>[]): Promise<void> => {
    const where = { isExecute: false, mayExecute: token.mayExecute };
    const failed = items.flatMap((item, index) => {
      const end = ends[index];
      if (end !== undefined && 'value' in end) work.answered(item, end.value);
      return end !== undefined && 'error' in end ? [{ item, error: end.error }] : [];
    });
    // Twenty-five calls that are refused alike say one thing of the token.
    for (const alike of Object.values(Object.groupBy(failed, ({ item, error }) => `${item.call.method} ${codeOf(error)}`))) {
      const [first] = alike ?? [];
      if (alike === undefined || first === undefined) continue;
      const { error } = first;
      const those = alike.map(({ item }) => item);
      const next = items.length === 1 || !isSplit(error) ? nextStep(error, where) : 'retry';
      const { method } = first.item.call;
      const borne = bear({ items: those, token, method, error, fate: fateOf(error, where), step: next });
      const step = await unlessAborted(borne, signal);
      work.failed(those, step === 'retry' ? 'retry_apart' : step, error);
    }
  };
};

type Borne = {
  readonly items: readonly Item<unknown>[];
  readonly token: VkToken;
  readonly method: VkMethod;
  readonly error: unknown;
  readonly fate: Fate | undefined;
  readonly step: NextStep;
};
const never = new AbortController().signal;

/** Bears what an error says of the token, and returns what becomes of the calls. */
const makeBear =
  ({ workspaceId, source, keeper }: Pick<AttemptDeps, 'workspaceId' | 'source' | 'keeper'>) =>
  async ({ items, token, method, error, fate, step }: Borne): Promise<NextStep> => {
    if (fate === undefined || !(error instanceof VkApiError)) return step;
    if (fate === 'not_here') {
      for (const item of items) item.deniedTo.add(token.tokenId);
      const tokens = await source.tokens(workspaceId, never);
      const others = tokens.filter((other) => keeper.isFree(other, method));
      // The token itself is well: whatever else it may read it goes on to read.
      return items.every(({ deniedTo }) => others.some(({ tokenId }) => !deniedTo.has(tokenId))) ? step : 'give_up';
    }
    await keeper.bear({ workspaceId, token, method, error, fate });
    return step;
  };

const codeOf = (error: unknown): string => (error instanceof VkApiError ? String(error.vkCode) : 'other');
/** Too much for VK beside others may be little enough alone. */
const isSplit = (error: unknown): boolean => error instanceof VkApiError && error.vkClass === 'split';
