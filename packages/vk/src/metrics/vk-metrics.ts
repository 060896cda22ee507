import { type CircuitState, type Metrics, circuitStates } from '@otklik/shared';
import { type CallOutcome, callOutcomes } from '../circuits/call-outcome.ts';
import { type VkMethod, type VkTokenKind, vkMethods } from '../vk-methods.ts';

/** A circuit: there is one per method and kind of token. */
type OfCircuit = { readonly method: VkMethod; readonly tokenKind: VkTokenKind };

/** What is counted about calls to VK. */
export type VkMetrics = {
  /** One request, or one that an open circuit held back. */
  requested(method: VkMethod, outcome: CallOutcome): void;
  /** How long a request took, however it ended. */
  took(method: VkMethod, seconds: number): void;
  /** There is such a circuit, and it is closed. */
  circuitMade(circuit: OfCircuit): void;
  circuitChanged(circuit: OfCircuit, to: CircuitState): void;
};

/** From an answer out of VK's memory to the limit of a request. */
const BUCKETS = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 30];

export const createVkMetrics = (metrics: Metrics): VkMetrics => {
  const requests = metrics.counter({
    name: 'otklik_vk_requests_total',
    help: 'Requests to VK by how they ended; circuit_open: held back and not made.',
    labels: ['method', 'outcome'],
  });
  const duration = metrics.histogram({
    name: 'otklik_vk_request_duration_seconds',
    help: 'From the first byte of a request to VK to the last one of its answer, or to its failure.',
    labels: ['method'],
    buckets: BUCKETS,
  });
  const state = metrics.gauge({
    name: 'otklik_vk_breaker_state',
    help: '1 for the state that the circuit of a method is in, 0 for the others.',
    labels: ['method', 'token_kind', 'state'],
  });
  const transitions = metrics.counter({
    name: 'otklik_vk_breaker_transitions_total',
    help: 'Changes of the circuit of a method, by the state that it went to.',
    labels: ['method', 'token_kind', 'to'],
  });
  // Prometheus sees growth between two scrapes: a series that appears with its first event hides it.
  for (const method of vkMethods) for (const outcome of callOutcomes) requests.inc({ method, outcome }, 0);

  const tell = ({ method, tokenKind }: OfCircuit, now: CircuitState): void => {
    for (const one of circuitStates) state.set({ method, token_kind: tokenKind, state: one }, one === now ? 1 : 0);
  };
  return {
    requested: (method, outcome) => requests.inc({ method, outcome }),
    took: (method, seconds) => duration.observe({ method }, seconds),
    circuitMade: (circuit) => {
      tell(circuit, 'closed');
      for (const to of circuitStates) transitions.inc({ method: circuit.method, token_kind: circuit.tokenKind, to }, 0);
    },
    circuitChanged: (circuit, to) => {
      tell(circuit, to);
      transitions.inc({ method: circuit.method, token_kind: circuit.tokenKind, to });
    },
  };
};
