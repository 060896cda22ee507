import {
  type CircuitLimits,
  CircuitOpenError,
  type Clock,
  type Logger,
  type Metrics,
  type PacingTurn,
  VkApiError,
  VkTransportError,
  createMemoryPacing,
  noMetrics,
  retryDelayMs,
  toAppError,
} from '@otklik/shared';
import type { z } from 'zod';
import { outcomeOf } from './circuits/call-outcome.ts';
import { createVkCircuits, vkCircuitLimits } from './circuits/create-circuits.ts';
import { toApiError } from './errors/to-api-error.ts';
import { type VkMetrics, createVkMetrics } from './metrics/vk-metrics.ts';
import { type VkHttp, createVkHttp } from './transport/http.ts';
import type { VkMethod, VkTokenKind } from './vk-methods.ts';

/** The version whose shapes this package knows: the newest public schema. */
const API_VERSION = '5.199';
const MEGABYTE = 1_048_576;
const DEFAULT_TRIES = 3;
/** Who meets an open circuit stays for so long before being refused. */
const PATIENCE_MS = 1_000;
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

export type VkParams = Readonly<Record<string, string | number | undefined>>;

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
  const http = createVkHttp({ baseUrl, token, timeoutMs, maxBytes: 16 * MEGABYTE });
  const pacing = createMemoryPacing({ clock });
  const turn = (signal: AbortSignal): Promise<PacingTurn> => pacing.turn(ONLY, { perSecond: options.requestsPerSecond }, signal);
  const circuits = createVkCircuits({ tokenKind, limits, clock, logger, metrics });
  const ask = makeAsk({ http, metrics, clock });

  const once = async <T>({ answer, ...request }: VkCall<T>): Promise<T> => {
    const circuit = circuits.of(request.method);
    try {
      // Before the turn, so that who is refused takes none from others.
      await patiently(
        () => circuit.check(),
        () => clock.sleep(PATIENCE_MS, request.signal),
      );
      await turn(request.signal);
      return shaped(request.method, answer.safeParse(await circuit.run(() => ask(request))));
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

/** Without it a long queue of jobs would be started and put back as fast as the database can, for as long as VK is away. */
const patiently = async (check: () => void, pause: () => Promise<void>): Promise<void> => {
  try {
    check();
  } catch {
    await pause();
    check();
  }
};

type Request = Omit<VkCall<unknown>, 'answer'>;
type AskDeps = { readonly http: VkHttp; readonly metrics: VkMetrics; readonly clock: Clock };

/** One request, counted. Throws what VK answered where it is an error. */
const makeAsk =
  ({ http, metrics, clock }: AskDeps) =>
  async ({ method, params, signal }: Request): Promise<unknown> => {
    const startedAt = clock.now();
    try {
      const envelope = await http.post(method, encode(params), signal);
      if ('error' in envelope) throw toApiError(method, envelope.error);
      metrics.requested(method, 'ok');
      return envelope.response;
    } catch (thrown) {
      metrics.requested(method, outcomeOf(thrown));
      throw thrown;
    } finally {
      metrics.took(method, (clock.now() - startedAt) / 1_000);
    }
  };

const encode = (params: VkParams): URLSearchParams => {
  const encoded = new URLSearchParams({ v: API_VERSION });
  for (const [name, value] of Object.entries(params)) if (value !== undefined) encoded.set(name, String(value));
  return encoded;
};

const isTooFast = (thrown: unknown): thrown is VkApiError => thrown instanceof VkApiError && thrown.vkCode === 6;

/** Faults that another try a moment later may not meet. Being asked to wait or to ask for less is the caller's business. */
const isPassing = (thrown: unknown): boolean =>
  (thrown instanceof VkTransportError && thrown.retryAfterMs === undefined) || (thrown instanceof VkApiError && thrown.vkClass === 'retry');

/** VK that says something new is well: nothing that its circuit should know about. */
const shaped = <T>(method: string, parsed: z.ZodSafeParseResult<T>): T => {
  if (parsed.success) return parsed.data;
  throw new VkTransportError('VK_BAD_ANSWER', `VK's answer to ${method} has a shape that Otklik does not know.`, {
    // Paths and expectations only: the values may be texts of people.
    context: { method, faults: parsed.error.issues.slice(0, 5).map(({ path, code }) => `${path.join('.')}: ${code}`) },
  });
};
