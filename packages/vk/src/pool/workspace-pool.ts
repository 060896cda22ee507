import type { Logger, Pacing } from '@otklik/shared';
import { callOfRead } from '../reads/read-call.ts';
import { toAnswers } from '../reads/to-answers.ts';
import type { SendSignals, VkRead, VkTurn } from '../reads/vk-read.ts';
import type { TokenKeeper } from '../tokens/token-keeper.ts';
import type { VkTokenSource } from '../tokens/token-source.ts';
import type { AttemptDeps } from './attempt.ts';
import type { BatchSizes } from './batch-size.ts';
import { type RequestDeps, makeRequest } from './make-request.ts';
import { type CallVk, poolCall } from './pool-call.ts';
import { makeRunCalls } from './run-calls.ts';
import { createTurnDesk } from './turn-desk.ts';

type Deps = RequestDeps &
  Pick<AttemptDeps, 'circuitOf' | 'clock'> & {
    readonly source: VkTokenSource;
    readonly pacing: Pacing;
    readonly keeper: TokenKeeper;
    readonly sizes: BatchSizes;
    readonly logger: Logger;
    readonly tries: number;
  };

/** Calls and turns of one workspace. */
export type WorkspacePool = {
  turn(signal: AbortSignal): Promise<VkTurn>;
  readonly call: CallVk;
};

export const createWorkspacePool = (deps: Deps): WorkspacePool => {
  const { keeper, sizes } = deps;
  const desk = createTurnDesk(deps);
  const runCalls = makeRunCalls({ ...deps, request: makeRequest(deps), desk });
  return {
    turn: async (turnSignal) => {
      const grant = await desk.turn({}, turnSignal);
      return {
        room: keeper.mayExecute(grant.token) ? sizes.of(grant.token.fingerprint) : 1,
        giveBack: grant.giveBack,
        send: async (reads: readonly VkRead[], signals: SendSignals) => {
          const calls = reads.map(callOfRead);
          const { ends, requests } = await runCalls({ calls, grant, ...signals });
          const methods = calls.map(({ method }) => method);
          return { answers: toAnswers(methods, ends), requests };
        },
      };
    },
    call: async ({ method, params, answer, signal }) => {
      const call = poolCall(method, { params, answer, toValue: (value) => value });
      const [end] = (await runCalls({ calls: [call], signal, turns: signal })).ends;
      if (end === undefined || 'error' in end) throw end?.error;
      return end.value;
    },
  };
};
