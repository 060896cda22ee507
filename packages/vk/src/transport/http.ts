import { VkTransportError } from '@otklik/shared';
import { Agent, fetch } from 'undici';
import { toConnectionFault } from './connection-fault.ts';
import { type Envelope, readEnvelope } from './envelope.ts';
import { retryAfterOf } from './retry-after.ts';
import { tellStart } from './tell-start.ts';

export type HttpOptions = {
  readonly baseUrl: string;
  /** Limit of one request from the first byte sent to the last one read. */
  readonly timeoutMs: number;
  /** Answers beyond this, unpacked, are broken off. VK itself stops at 5 MB. */
  readonly maxBytes: number;
};

export type VkRequest = {
  readonly method: string;
  readonly params: URLSearchParams;
  readonly token: string;
  /** Called when the request is written to its connection. */
  readonly onStart?: (() => void) | undefined;
};

export type VkHttp = {
  /** One POST. Throws VkTransportError, or the signal's reason. What is in the envelope is not checked. */
  post(request: VkRequest, signal: AbortSignal): Promise<Envelope>;
  close(): Promise<void>;
};

/** Keep-alive connections to VK. The token travels in a header, never in a URL that proxies write down. */
export const createVkHttp = ({ baseUrl, timeoutMs, maxBytes }: HttpOptions): VkHttp => {
  const agent = new Agent({ keepAliveTimeout: 30_000, connect: { timeout: Math.min(timeoutMs, 10_000) } });
  const post = async ({ method, params, token, onStart }: VkRequest, signal: AbortSignal): Promise<Envelope> => {
    // undici's own limits are for the head and for each pause: a trickle of bytes would pass them for ever.
    const deadline = AbortSignal.timeout(timeoutMs);
    try {
      const response = await fetch(`${baseUrl}/method/${method}`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, accept: 'application/json' },
        body: params,
        redirect: 'error',
        dispatcher: onStart === undefined ? agent : tellStart(agent, onStart),
        signal: AbortSignal.any([signal, deadline]),
      });
      const text = await readText(response.body, maxBytes);
      return readEnvelope({ text, method, status: response.status, retryAfterMs: retryAfterOf(response) });
    } catch (thrown) {
      signal.throwIfAborted();
      if (thrown instanceof VkTransportError) throw thrown;
      if (deadline.aborted)
        throw new VkTransportError('VK_TIMEOUT', `VK did not answer ${method} within ${timeoutMs} ms.`, { cause: thrown });
      throw toConnectionFault(method, thrown);
    }
  };
  return { post, close: () => agent.destroy() };
};

/** Counts what was unpacked: a small answer may unpack to a big one. */
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
