import type { Clock } from '@otklik/shared';
import { outcomeOf } from '../circuits/call-outcome.ts';
import { toApiError } from '../errors/to-api-error.ts';
import type { VkMetrics } from '../metrics/vk-metrics.ts';
import type { VkMethod } from '../vk-methods.ts';
import type { Envelope } from './envelope.ts';
import type { VkHttp } from './http.ts';

/** The version whose shapes this package knows: the newest public schema. */
const API_VERSION = '5.199';
/** VK itself stops at 5 MB. */
export const MAX_ANSWER_BYTES = 16 * 1_048_576;

export type VkParams = Readonly<Record<string, string | number | undefined>>;

export type Question = {
  readonly method: VkMethod;
  readonly params: VkParams;
  readonly token: string;
  readonly signal: AbortSignal;
  readonly onStart: () => void;
};
export type Answered = Exclude<Envelope, { error: unknown }>;

type Deps = { readonly http: VkHttp; readonly metrics: VkMetrics; readonly clock: Clock };

/** One request, counted. Throws what VK answered where it is an error. */
export const makeAsk =
  ({ http, metrics, clock }: Deps) =>
  async ({ method, params, token, signal, onStart }: Question): Promise<Answered> => {
    const startedAt = clock.now();
    try {
      const envelope = await http.post({ method, params: encode(params), token, onStart }, signal);
      if ('error' in envelope) throw toApiError(method, envelope.error);
      metrics.requested(method, 'ok');
      return envelope;
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
