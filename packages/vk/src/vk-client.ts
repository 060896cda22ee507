import { type Clock, type Logger, VkApiError, VkTransportError, retryDelayMs, toAppError } from '@otklik/shared';
import { z } from 'zod';
import { VkErrorBody, toApiError } from './errors/to-api-error.ts';
import { createVkHttp } from './transport/http.ts';
import { createPacer } from './transport/pacer.ts';

/** The version whose shapes this package knows: the newest public schema. */
const API_VERSION = '5.199';
const MEGABYTE = 1_048_576;

export type VkClientOptions = {
  /** Without `/method`: `https://api.vk.com`. */
  readonly baseUrl: string;
  readonly token: string;
  /** Requests started per second. VK grants 3 to user tokens. */
  readonly requestsPerSecond: number;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Limit of one request. Default 30 s. */
  readonly timeoutMs?: number;
  /** Tries of one call whose fault may pass by itself. Default 3. */
  readonly tries?: number;
};

export type VkParams = Readonly<Record<string, string | number | undefined>>;

export type VkCall<T> = {
  readonly method: string;
  readonly params: VkParams;
  /** What the answer must look like. */
  readonly answer: z.ZodType<T>;
  readonly signal: AbortSignal;
};

export type VkClient = {
  /**
   * Calls a method of VK. Waits its turn, waits out "too many requests per second" for as long as it takes, and tries
   * passing faults again. Throws VkApiError, VkTransportError, or the signal's reason.
   */
  call<T>(call: VkCall<T>): Promise<T>;
  close(): Promise<void>;
};

const Answer = z.union([z.object({ error: VkErrorBody }), z.object({ response: z.unknown() })]);

/** The only door to VK. One per token and process, because it paces the calls of the token. */
export const createVkClient = (options: VkClientOptions): VkClient => {
  const { clock, logger, timeoutMs = 30_000, tries = 3 } = options;
  const http = createVkHttp({ baseUrl: options.baseUrl, token: options.token, timeoutMs, maxBytes: 16 * MEGABYTE });
  const pacer = createPacer({ requestsPerSecond: options.requestsPerSecond, clock });

  const callOnce = async <T>({ method, params, answer, signal }: VkCall<T>): Promise<T> => {
    await pacer.turn(signal);
    const body = Answer.safeParse(await http.post(method, encode(params), signal));
    if (!body.success) throw badAnswer(method, body.error);
    if ('error' in body.data) throw toApiError(method, body.data.error);
    const parsed = answer.safeParse(body.data.response);
    if (!parsed.success) throw badAnswer(method, parsed.error);
    return parsed.data;
  };

  const call = async <T>(request: VkCall<T>): Promise<T> => {
    for (let attempt = 1; ;) {
      try {
        return await callOnce(request);
      } catch (thrown) {
        request.signal.throwIfAborted();
        if (isTooFast(thrown)) {
          pacer.holdBack(thrown.retryAfterMs ?? 1_000);
          logger.debug('VK asks to slow down', { method: request.method });
          continue;
        }
        if (attempt >= tries || !isPassing(thrown)) throw thrown;
        logger.info('a call to VK is tried again', { method: request.method, attempt, code: toAppError(thrown).code });
        await clock.sleep(retryDelayMs(attempt, { maxMs: 5_000 }), request.signal);
        attempt += 1;
      }
    }
  };

  return { call, close: http.close };
};

const encode = (params: VkParams): URLSearchParams => {
  const encoded = new URLSearchParams({ v: API_VERSION });
  for (const [name, value] of Object.entries(params)) if (value !== undefined) encoded.set(name, String(value));
  return encoded;
};

const isTooFast = (thrown: unknown): thrown is VkApiError => thrown instanceof VkApiError && thrown.vkCode === 6;

/** Faults that another try a moment later may not meet. Being asked to wait or to ask for less is the caller's business. */
const isPassing = (thrown: unknown): boolean =>
  thrown instanceof VkTransportError || (thrown instanceof VkApiError && thrown.vkClass === 'retry');

const badAnswer = (method: string, error: z.ZodError): VkTransportError =>
  new VkTransportError('VK_BAD_ANSWER', `VK's answer to ${method} has a shape that Otklik does not know.`, {
    // Paths and expectations only: the values may be texts of people.
    context: { method, faults: error.issues.slice(0, 5).map(({ path, code }) => `${path.join('.')}: ${code}`) },
  });
