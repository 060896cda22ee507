import { type Circuit, CircuitOpenError, VkApiError } from '@otklik/shared';
import { outcomeOf } from '../circuits/call-outcome.ts';
import { executeCode } from '../execute/execute-code.ts';
import { type InnerEnd, readExecute } from '../execute/read-execute.ts';
import type { VkMetrics } from '../metrics/vk-metrics.ts';
import type { VkTokenSource } from '../tokens/token-source.ts';
import type { Answered, Question } from '../transport/ask.ts';
import type { VkMethod, VkTokenKind } from '../vk-methods.ts';
import { openTally } from './open-tally.ts';
import type { CallEnd, PoolCall } from './pool-call.ts';
import type { Grant } from './turn-desk.ts';

export type RequestDeps = {
  readonly workspaceId: string;
  readonly ask: (question: Question) => Promise<Answered>;
  readonly circuitOf: (kind: VkTokenKind, method: VkMethod) => Circuit;
  readonly source: Pick<VkTokenSource, 'count'>;
  readonly metrics: VkMetrics;
};

export type PoolRequest<T> = {
  readonly grant: Grant;
  readonly calls: readonly PoolCall<T>[];
  readonly signal: AbortSignal;
};

/** The quota of the day is used up. */
const QUOTA = 29;

/** The method that the request as a whole calls. */
export const methodOf = (calls: readonly PoolCall<unknown>[]): VkMethod => {
  const [only] = calls;
  return calls.length === 1 && only !== undefined ? only.method : 'execute';
};

/** One request: a call alone is made plainly, which keeps its circuit and its quota apart; several go into `execute`. */
export const makeRequest = (deps: RequestDeps) => {
  const { ask, circuitOf, metrics } = deps;
  return async <T>({ grant: { token, started, giveBack }, calls, signal }: PoolRequest<T>): Promise<readonly CallEnd<T>[]> => {
    const method = methodOf(calls);
    const params = method === 'execute' ? { code: executeCode(calls) } : (calls[0]?.params ?? {});
    const methods = calls.map((call) => call.method);
    const counted = method === 'execute' ? [method, ...methods] : methods;
    const tally = openTally(deps, token);
    const question = { method, params, token: token.secret, signal, onStart: started };
    const begin = (): Promise<Answered> => {
      tally.count(counted);
      metrics.filled(calls.length);
      return ask(question);
    };
    try {
      const answered = await circuitOf(token.kind, method).run(begin);
      const answers = method === 'execute' ? readExecute(methods, answered) : [{ response: answered.response }];
      const ends = calls.map((call, index) => told(metrics, call.method, endOf(call, answers[index])));
      const usedUp = methods.filter((_, index) => isUsedUp(ends[index]));
      tally.takeBack(usedUp);
      return ends;
    } catch (thrown) {
      if (thrown instanceof CircuitOpenError) {
        // Somebody else has become the probe since the circuit was looked at.
        giveBack();
        metrics.requested(method, 'circuit_open');
      }
      if (isUsedUp({ error: thrown })) tally.takeBack(counted);
      throw thrown;
    }
  };
};

/** VK counts no call that it refuses so: the ledger shows what it has granted. */
const isUsedUp = (end: CallEnd<unknown> | undefined): boolean =>
  end !== undefined && 'error' in end && end.error instanceof VkApiError && end.error.vkCode === QUOTA;

const endOf = <T>(call: PoolCall<T>, end: InnerEnd | undefined): CallEnd<T> => {
  if (end === undefined || 'error' in end) return { error: end?.error };
  try {
    return { value: call.read(end.response) };
  } catch (error) {
    return { error };
  }
};

const told = <T>(metrics: VkMetrics, method: VkMethod, end: CallEnd<T>): CallEnd<T> => {
  metrics.called(method, 'error' in end ? outcomeOf(end.error) : 'ok');
  return end;
};
