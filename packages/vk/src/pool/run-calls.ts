import { type Circuit, CircuitOpenError, type Clock, MustWait, NoTokenError, VkApiError } from '@otklik/shared';
import { checkPatiently } from '../circuits/check-patiently.ts';
import type { VkMetrics } from '../metrics/vk-metrics.ts';
import type { SendSignals } from '../reads/vk-read.ts';
import { type AttemptDeps, makeAttempt } from './attempt.ts';
import { methodOf } from './make-request.ts';
import { type Item, type Work, createWork } from './open-work.ts';
import type { CallEnd, PoolCall } from './pool-call.ts';
import type { Grant, TurnDesk } from './turn-desk.ts';

type Deps = AttemptDeps & {
  readonly desk: TurnDesk;
  readonly metrics: VkMetrics;
  /** Of one call whose fault may pass by itself. */
  readonly tries: number;
};

type Order<T> = SendSignals & {
  readonly calls: readonly PoolCall<T>[];
  /** Of the first request; undefined: it waits for one as the others do. */
  readonly grant?: Grant;
};

export type Ran<T> = {
  readonly ends: readonly CallEnd<T>[];
  /** What VK was asked. */
  readonly requests: number;
};
export type RunCalls = <T>(order: Order<T>) => Promise<Ran<T>>;

/** Makes calls until each is answered or nothing more can be done for it. Rejects with the signal's reason only. */
export const makeRunCalls = (deps: Deps): RunCalls => {
  const attempt = makeAttempt(deps);
  const fit = makeFit(deps);
  const passCircuit = makePassCircuit(deps);

  return async <T>({ calls, grant, signal, turns }: Order<T>): Promise<Ran<T>> => {
    const work = createWork(calls, deps.tries);
    let requests = 0;
    let given = grant;
    const turn = async (items: readonly Item<T>[]): Promise<Grant> => {
      const [first] = items;
      const mine = given ?? (await deps.desk.turn({ method: first?.call.method, without: first?.deniedTo }, turns));
      given = undefined;
      return mine;
    };
    const once = async (batch: readonly Item<T>[]): Promise<void> => {
      const mine = await turn(batch);
      const items = fit(work, batch, mine);
      if (items.length === 0) return mine.giveBack();
      const passed = await passCircuit(items, mine, turns);
      if (!passed) return work.putBack(items);
      requests += 1;
      await attempt({ work, items, grant: mine, signal, turns });
    };
    for (let batch = work.next(); batch.length > 0; batch = work.next()) {
      try {
        await once(batch);
      } catch (thrown) {
        signal.throwIfAborted();
        // An open circuit speaks of what was asked, also at the end.
        if (turns.aborted && !(thrown instanceof CircuitOpenError)) work.giveUp(work.takeAll(batch), notAsked(turns.reason));
        else if (thrown instanceof NoTokenError) work.giveUp(batch, withReason(thrown, batch[0]?.fault));
        else work.giveUp(work.takeAll(batch), thrown);
      }
    }
    return { ends: work.ends(), requests };
  };
};

/** Says nothing about the call: whatever ended the turns, it may be asked again. */
const notAsked = (cause: unknown): MustWait => new MustWait('No further turn was to be taken.', { kind: 'turn', waitMs: 0, cause });

/** What VK said when it took the last token away is the first thing that people ask. */
const withReason = (none: NoTokenError, fault: unknown): NoTokenError =>
  fault instanceof VkApiError
    ? new NoTokenError(`${fault.message} ${none.message}`, { retryAfterMs: none.retryAfterMs, context: none.context, cause: fault })
    : none;

/** The calls that go into one request of the token; the others are put back. */
const makeFit =
  ({ keeper, sizes }: Pick<Deps, 'keeper' | 'sizes'>) =>
  <T>(work: Work<T>, batch: readonly Item<T>[], { token }: Grant): readonly Item<T>[] => {
    const can = batch.filter(({ call, deniedTo }) => !deniedTo.has(token.tokenId) && keeper.isFree(token, call.method));
    const room = keeper.mayExecute(token) ? sizes.of(token.fingerprint) : 1;
    work.putBack(batch.filter((item) => !can.includes(item)));
    work.putBack(can.slice(room));
    return can.slice(0, room);
  };

/** false: the circuit is closed again, but the turn is gone. Throws CircuitOpenError. */
const makePassCircuit =
  ({ circuitOf, metrics, clock }: { readonly circuitOf: Deps['circuitOf']; readonly metrics: VkMetrics; readonly clock: Clock }) =>
  async (items: readonly Item<unknown>[], { token, giveBack }: Grant, signal: AbortSignal): Promise<boolean> => {
    const method = methodOf(items.map(({ call }) => call));
    const circuit: Circuit = circuitOf(token.kind, method);
    let hasTurn = true;
    const onWait = (): void => {
      hasTurn = false;
      giveBack();
    };
    try {
      await checkPatiently(circuit, { clock, signal, onWait });
      return hasTurn;
    } catch (thrown) {
      if (thrown instanceof CircuitOpenError) metrics.requested(method, 'circuit_open');
      throw thrown;
    }
  };
