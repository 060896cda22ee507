import { type CircuitState, type Metrics, circuitStates } from '@otklik/shared';
import { type CallOutcome, callOutcomes } from '../circuits/call-outcome.ts';
import { type VkMethod, type VkTokenKind, vkMethods } from '../vk-methods.ts';

/** A circuit: there is one per method and kind of token. */
type OfCircuit = { readonly method: VkMethod; readonly tokenKind: VkTokenKind };

type CircuitMetrics = {
  /** There is such a circuit, and it is closed. */
  circuitMade(circuit: OfCircuit): void;
  circuitChanged(circuit: OfCircuit, to: CircuitState): void;
};

type RequestMetrics = {
  /** One request, or one that an open circuit held back. */
  requested(method: VkMethod, outcome: CallOutcome): void;
  /** How long a request took, however it ended. */
  took(method: VkMethod, seconds: number): void;
  /** One call, alone or inside of `execute`, of a request that was answered. */
  called(method: VkMethod, outcome: CallOutcome): void;
  /** So many calls went into one request. */
  filled(calls: number): void;
};

type TokenMetrics = {
  /** From asking for a turn to having it. */
  waited(seconds: number): void;
  /** VK said "too many requests per second". */
  tooFast(): void;
  /** Asked at each scrape. */
  tellTokens(count: () => Readonly<Record<'usable' | 'parked', number>>): void;
};

/** What is counted about calls to VK. */
export type VkMetrics = CircuitMetrics & RequestMetrics & TokenMetrics;

/** From an answer out of VK's memory to the limit of a request. */
const BUCKETS = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 30];
/** 25 is what VK takes. */
const FILLS = [1, 2, 5, 10, 15, 20, 24, 25];

export const createVkMetrics = (metrics: Metrics): VkMetrics => ({
  ...createRequestMetrics(metrics),
  ...createTokenMetrics(metrics),
  ...createCircuitMetrics(metrics),
});

const createRequestMetrics = (metrics: Metrics): RequestMetrics => {
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
  const calls = metrics.counter({
    name: 'otklik_vk_calls_total',
    help: 'Calls of VK in requests that were answered, by how they ended; those inside of execute under their own method.',
    labels: ['method', 'outcome'],
  });
  const fill = metrics.histogram({
    name: 'otklik_vk_batch_calls',
    help: 'Calls that went into one request to VK: more than one only with execute.',
    buckets: FILLS,
  });
  // Prometheus sees growth between two scrapes: a series that appears with its first event hides it.
  for (const counter of [requests, calls])
    for (const method of vkMethods) for (const outcome of callOutcomes) counter.inc({ method, outcome }, 0);
  fill.zero({});
  return {
    requested: (method, outcome) => requests.inc({ method, outcome }),
    took: (method, seconds) => duration.observe({ method }, seconds),
    called: (method, outcome) => calls.inc({ method, outcome }),
    filled: (count) => fill.observe({}, count),
  };
};

const createTokenMetrics = (metrics: Metrics): TokenMetrics => {
  const wait = metrics.histogram({
    name: 'otklik_vk_turn_wait_seconds',
    help: 'From asking for a turn to call VK to having it: the limits of the tokens, and how many want them.',
    buckets: BUCKETS,
  });
  const tooFast = metrics.counter({
    name: 'otklik_vk_too_fast_total',
    help: 'Times that VK said "too many requests per second" (error 6): 0 while nobody else uses the tokens.',
  });
  const tokens = metrics.gauge({
    name: 'otklik_vk_tokens',
    help: 'Tokens that this process saw last, by whether they can be used; those that VK does not take any more are left out.',
    labels: ['state'],
  });
  tooFast.inc({}, 0);
  wait.zero({});
  return {
    waited: (seconds) => wait.observe({}, seconds),
    tooFast: () => tooFast.inc({}),
    tellTokens: (count) =>
      metrics.onScrape('tokens of VK', () => {
        for (const [state, value] of Object.entries(count())) tokens.set({ state }, value);
      }),
  };
};

const createCircuitMetrics = (metrics: Metrics): CircuitMetrics => {
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
  const tell = ({ method, tokenKind }: OfCircuit, now: CircuitState): void => {
    for (const one of circuitStates) state.set({ method, token_kind: tokenKind, state: one }, one === now ? 1 : 0);
  };
  return {
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
