import type { Circuit } from '@otklik/shared';
import { outcomeOf } from '../circuits/call-outcome.ts';
import { executeCode } from '../execute/execute-code.ts';
import { type InnerEnd, readExecute } from '../execute/read-execute.ts';
import type { VkMetrics } from '../metrics/vk-metrics.ts';
import type { VkToken, VkTokenSource } from '../tokens/token-source.ts';
import type { Answered, Question } from '../transport/ask.ts';
import type { VkMethod, VkTokenKind } from '../vk-methods.ts';
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
  readonly grant: Pick<Grant, 'token' | 'started'>;
  readonly calls: readonly PoolCall<T>[];
  readonly signal: AbortSignal;
};

/** The method that the request as a whole calls. */
export const methodOf = (calls: readonly PoolCall<unknown>[]): VkMethod => {
  const [only] = calls;
  return calls.length === 1 && only !== undefined ? only.method : 'execute';
};

/** One request: a call alone is made plainly, which keeps its circuit and its quota apart; several go into `execute`. */
export const makeRequest = ({ workspaceId, ask, circuitOf, source, metrics }: RequestDeps) => {
  const count = (token: VkToken, calls: readonly PoolCall<unknown>[]): void => {
    const day = new Date().toISOString().slice(0, 10);
    const methods = calls.length === 1 ? calls.map(({ method }) => method) : ['execute', ...calls.map(({ method }) => method)];
    const sums = Object.entries(Object.groupBy(methods, (method) => method));
    void source
      .count(sums.map(([method, all = []]) => ({ workspaceId, tokenId: token.tokenId, method, day, calls: all.length })))
      // A ledger that can not be written costs an estimate, not a request.
      .catch(() => undefined);
  };

  return async <T>({ grant: { token, started }, calls, signal }: PoolRequest<T>): Promise<readonly CallEnd<T>[]> => {
    const method = methodOf(calls);
    const params = method === 'execute' ? { code: executeCode(calls) } : (calls[0]?.params ?? {});
    count(token, calls);
    metrics.filled(calls.length);
    const answered = await circuitOf(token.kind, method).run(() => ask({ method, params, token: token.secret, signal, onStart: started }));
    const methods = calls.map((call) => call.method);
    const ends = method === 'execute' ? readExecute(methods, answered) : [{ response: answered.response }];
    return calls.map((call, index) => told(metrics, call.method, endOf(call, ends[index])));
  };
};

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
