import { VkTransportError } from '@otklik/shared';
import { Agent, fetch } from 'undici';
import { parseLossless } from './lossless-json.ts';

export type HttpOptions = {
  readonly baseUrl: string;
  readonly token: string;
  /** Limit of one request from the first byte sent to the last one read. */
  readonly timeoutMs: number;
  /** Answers beyond this are broken off. VK itself stops at 5 MB. */
  readonly maxBytes: number;
};

export type VkHttp = {
  /** One POST. Throws VkTransportError, or the signal's reason. The answer's shape is not checked. */
  post(method: string, params: URLSearchParams, signal: AbortSignal): Promise<unknown>;
  close(): Promise<void>;
};

/** Keep-alive connections to VK. The token travels in a header, never in a URL that proxies write down. */
export const createVkHttp = ({ baseUrl, token, timeoutMs, maxBytes }: HttpOptions): VkHttp => {
  const agent = new Agent({ keepAliveTimeout: 30_000, connect: { timeout: Math.min(timeoutMs, 10_000) } });
  const post = async (method: string, params: URLSearchParams, signal: AbortSignal): Promise<unknown> => {
    const deadline = AbortSignal.timeout(timeoutMs);
    try {
      const response = await fetch(`${baseUrl}/method/${method}`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, accept: 'application/json' },
        body: params,
        redirect: 'error',
        dispatcher: agent,
        signal: AbortSignal.any([signal, deadline]),
      });
      return parseBody(await readText(response.body, maxBytes), { method, status: response.status });
    } catch (thrown) {
      signal.throwIfAborted();
      if (thrown instanceof VkTransportError) throw thrown;
      if (deadline.aborted)
        throw new VkTransportError('VK_TIMEOUT', `VK did not answer ${method} within ${timeoutMs} ms.`, { cause: thrown });
      throw new VkTransportError('VK_UNREACHABLE', 'The connection to VK failed.', { cause: thrown, context: { method } });
    }
  };
  return { post, close: () => agent.destroy() };
};

const readText = async (body: AsyncIterable<Uint8Array> | null, maxBytes: number): Promise<string> => {
  const decoder = new TextDecoder();
  let bytes = 0;
  let text = '';
  for await (const chunk of body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > maxBytes) throw new VkTransportError('VK_BAD_ANSWER', `VK's answer is longer than ${maxBytes} bytes.`);
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
};

const parseBody = (text: string, context: { readonly method: string; readonly status: number }): unknown => {
  try {
    return parseLossless(text);
  } catch {
    // Gateways answer with pages of HTML; their text says nothing that the status doesn't.
    throw new VkTransportError('VK_BAD_ANSWER', `VK answered ${context.method} with something that is not JSON (HTTP ${context.status}).`, {
      context,
    });
  }
};
