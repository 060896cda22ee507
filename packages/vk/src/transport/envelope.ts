import { VkTransportError } from '@otklik/shared';
import { z } from 'zod';
import { VkErrorBody } from '../errors/to-api-error.ts';
import { parseLossless } from './lossless-json.ts';

/** One call inside of `execute` that failed. */
const InnerError = VkErrorBody.extend({ method: z.string().optional() });

/** What every answer of VK's API is. */
const Envelope = z.union([
  z.object({ error: VkErrorBody }),
  z.object({ response: z.unknown(), execute_errors: z.array(InnerError).catch([]).optional() }),
]);
export type Envelope = z.output<typeof Envelope>;

type Answer = { readonly text: string; readonly method: string; readonly status: number; readonly retryAfterMs: number | undefined };

/** Throws VkTransportError where something else than VK's API speaks. */
export const readEnvelope = ({ text, method, status, retryAfterMs }: Answer): Envelope => {
  const parsed = Envelope.safeParse(jsonOf(text));
  if (parsed.success) return parsed.data;
  // Gateways answer with pages of HTML; their text says nothing that the status doesn't.
  throw new VkTransportError('VK_BAD_ANSWER', `VK answered ${method} with something that is not its API (HTTP ${status}).`, {
    context: { method, status },
    status,
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  });
};

const jsonOf = (text: string): unknown => {
  try {
    return parseLossless(text);
  } catch {
    return undefined;
  }
};
