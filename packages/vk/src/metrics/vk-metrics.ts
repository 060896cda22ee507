import { type CircuitState, type Metrics, circuitStates } from '@otklik/shared';
import type { CallOutcome } from '../circuits/call-outcome.ts';
import type { VkMethod, VkTokenKind } from '../vk-methods.ts';

type OfCircuit = { readonly method: VkMethod; readonly tokenKind: VkTokenKind };

/** What is counted about calls to VK. */
export type VkMetrics = {
  /** One request, or one that an open circuit held back. */
  requested(method: VkMethod, outcome: CallOutcome): void;
  /** How long a request took, however it ended. */
  took(method: VkMethod, seconds: number): void;
  circuit(now: OfCircuit & { readonly state: CircuitState }): void;
  transition(change: OfCircuit & { readonly to: CircuitState }): void;
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
  return {
    requested: (method, outcome) => requests.inc({ method, outcome }),
    took: (method, seconds) => duration.observe({ method }, seconds),
    circuit: ({ method, tokenKind, state: now }) => {
      for (const one of circuitStates) state.set({ method, token_kind: tokenKind, state: one }, one === now ? 1 : 0);
    },
    transition: ({ method, tokenKind, to }) => transitions.inc({ method, token_kind: tokenKind, to }),
  };
};
