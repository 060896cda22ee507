import { type Circuit, type CircuitChange, type CircuitLimits, type Clock, type Logger, createCircuit, toAppError } from '@otklik/shared';
import type { VkMetrics } from '../metrics/vk-metrics.ts';
import { type VkMethod, type VkTokenKind, vkMethods } from '../vk-methods.ts';
import { type CallOutcome, outcomeOf, verdictOf } from './call-outcome.ts';

/** Broken connections come in bunches when a gateway restarts: the first pause is short, and grows where it is more than that. */
export const vkCircuitLimits = { openMs: 2_000, maxOpenMs: 30_000 } as const satisfies Partial<CircuitLimits>;

type Deps = {
  readonly tokenKind: VkTokenKind;
  readonly limits: Partial<CircuitLimits>;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: VkMetrics;
};

export type VkCircuits = {
  of(method: VkMethod): Circuit;
  close(): void;
};

/** One circuit per method: VK loses single methods, and lets a method that it throttles go unanswered. */
export const createVkCircuits = (deps: Deps): VkCircuits => {
  const circuits = new Map(vkMethods.map((method) => [method, createMethodCircuit(method, deps)]));
  return {
    of: (method) => circuits.get(method) ?? createMethodCircuit(method, deps),
    close: () => {
      for (const circuit of circuits.values()) circuit.close();
    },
  };
};

const createMethodCircuit = (method: VkMethod, { tokenKind, limits, clock, logger, metrics }: Deps): Circuit => {
  const faults = createFaults();
  metrics.circuitMade({ method, tokenKind });

  const onChange = ({ to, retryAfterMs }: CircuitChange): void => {
    metrics.circuitChanged({ method, tokenKind }, to);
    const fields = { method, tokenKind };
    if (to === 'open') logger.warn('VK circuit open', { ...fields, retryAfterMs, faults: faults.counts() });
    if (to === 'half_open') logger.info('VK circuit half-open', fields);
    if (to === 'closed') logger.info('VK circuit closed', fields);
    if (to !== 'open') faults.clear();
  };
  return createCircuit({
    name: `VK's ${method}`,
    sentence: () => `VK does not serve ${method} just now. ${faults.last()} Otklik looks from time to time and then goes on.`,
    judge: (thrown) => {
      const verdict = verdictOf(thrown);
      if (verdict === 'failed' || verdict === 'troubled') faults.add(thrown);
      return verdict;
    },
    limits,
    clock,
    onChange,
  });
};

const KEPT = 20;

/** What failed of late, for the line in the log and for whoever waits. */
const createFaults = () => {
  let recent: CallOutcome[] = [];
  let last = '';
  return {
    add: (thrown: unknown): void => {
      recent = [...recent, outcomeOf(thrown)].slice(-KEPT);
      last = toAppError(thrown).message;
    },
    counts: (): Readonly<Partial<Record<CallOutcome, number>>> =>
      Object.fromEntries(Object.entries(Object.groupBy(recent, (outcome) => outcome)).map(([outcome, all]) => [outcome, all.length])),
    last: (): string => last,
    clear: (): void => {
      recent = [];
    },
  };
};
