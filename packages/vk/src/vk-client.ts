import {
  type CircuitLimits,
  CircuitOpenError,
  type Clock,
  type Logger,
  type Metrics,
  type PacingTurn,
  createMemoryPacing,
  noMetrics,
  retryDelayMs,
  toAppError,
} from '@otklik/shared';
import type { z } from 'zod';
import { createVkCircuits, vkCircuitLimits } from './circuits/create-circuits.ts';
import { isPassing, isTooFast } from './errors/passing.ts';
import { createVkMetrics } from './metrics/vk-metrics.ts';
import { checkPatiently } from './circuits/check-patiently.ts';
import { MAX_ANSWER_BYTES, type VkParams, makeAsk } from './transport/ask.ts';
import { createVkHttp } from './transport/http.ts';
import { shaped } from './transport/shaped.ts';
import type { VkMethod, VkTokenKind } from './vk-methods.ts';

const DEFAULT_TRIES = 3;
/** The key of its pacing: a client has one token. */
const ONLY = 'token';

export type VkClientOptions = {
  /** Without `/method`: `https://api.vk.com`. */
  readonly baseUrl: string;
  readonly token: string;
  /** Names the token's circuits. Default `service`. */
  readonly tokenKind?: VkTokenKind | undefined;
  /** Requests started per second. VK grants 3 to user tokens. */
  readonly requestsPerSecond: number;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Default: nothing is counted. */
  readonly metrics?: Metrics;
  /** Limit of one request. Default 30 s. */
  readonly timeoutMs?: number;
  /** Tries of one call whose fault may pass by itself. Default 3. */
  readonly tries?: number;
  /** When a method is held back, and for how long. Default: `vkCircuitLimits`, and `tries` failures in a row. */
  readonly circuit?: Partial<CircuitLimits> | undefined;
};

export type VkCall<T> = {
  readonly method: VkMethod;
  readonly params: VkParams;
  /** What the answer must look like. */
  readonly answer: z.ZodType<T>;
  readonly signal: AbortSignal;
};

export type VkClient = {
  /**
   * Calls a method of VK. Waits its turn, waits out "too many requests per second" for as long as it takes, and tries
   * passing faults again. Throws VkApiError, VkTransportError, CircuitOpenError while VK does not serve the method, or
   * the signal's reason.
   */
  call<T>(call: VkCall<T>): Promise<T>;
  close(): Promise<void>;
};

/** The only door to VK. One per token and process, because it paces the calls of the token. */
export const createVkClient = (options: VkClientOptions): VkClient => {
  const { clock, logger, tries = DEFAULT_TRIES } = options;
  const { once, holdBack, circuits, close } = createDoor(options);

  const call = async <T>(request: VkCall<T>): Promise<T> => {
    const { method, signal } = request;
    for (let attempt = 1; ;) {
      try {
        return await once(request);
      } catch (thrown) {
        signal.throwIfAborted();
        if (isTooFast(thrown)) {
          await holdBack(thrown.retryAfterMs ?? 1_000);
          logger.debug('VK asks to slow down', { method });
          continue;
        }
        if (!isPassing(thrown)) throw thrown;
        // With the circuit open this is no failure of the one call any more: its job may wait and lose no attempt.
        circuits.of(method).check(thrown);
        if (attempt >= tries) throw thrown;
        logger.info('a call to VK is tried again', { method, attempt, code: toAppError(thrown).code });
        await clock.sleep(retryDelayMs(attempt, { maxMs: 5_000 }), signal);
        attempt += 1;
      }
    }
  };
  return { call, close };
};

/** One try of a call: its turn, the circuit of its method, the request, the shape of the answer. */
const createDoor = (options: VkClientOptions) => {
  const { baseUrl, token, tokenKind = 'service', clock, logger, timeoutMs = 30_000, tries = DEFAULT_TRIES } = options;
  // A call whose tries are used up opens the circuit unless somebody else was answered meanwhile, so an outage costs no attempt.
  const limits = { ...vkCircuitLimits, failuresInARow: tries, ...options.circuit };
  const metrics = createVkMetrics(options.metrics ?? noMetrics);
  const http = createVkHttp({ baseUrl, timeoutMs, maxBytes: MAX_ANSWER_BYTES });
  const pacing = createMemoryPacing({ clock });
  const turn = (signal: AbortSignal): Promise<PacingTurn> => pacing.turn(ONLY, { perSecond: options.requestsPerSecond }, signal);
  const circuits = createVkCircuits({ tokenKind, limits, clock, logger, metrics });
  const ask = makeAsk({ http, metrics, clock });

  const once = async <T>({ answer, ...request }: VkCall<T>): Promise<T> => {
    const circuit = circuits.of(request.method);
    try {
      // Before the turn, so that who is refused takes none from others.
      await checkPatiently(circuit, { clock, signal: request.signal });
      const { started } = await turn(request.signal);
      return shaped(request.method, answer.safeParse((await circuit.run(() => ask({ ...request, token, onStart: started }))).response));
    } catch (thrown) {
      if (thrown instanceof CircuitOpenError) metrics.requested(request.method, 'circuit_open');
      throw thrown;
    }
  };
  const close = async (): Promise<void> => {
    circuits.close();
    await Promise.all([pacing.close(), http.close()]);
  };
  return { once, circuits, close, holdBack: (ms: number) => pacing.slower(ONLY, ms) };
};
