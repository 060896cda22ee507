import { createServer } from 'node:http';
import { once } from 'node:events';
import type { RequestListener } from 'node:http';
import { ConfigError } from '@otklik/shared';

const MAX_HEADER_BYTES = 16_384;
const HEADERS_TIMEOUT_MS = 10_000;
const REQUEST_TIMEOUT_MS = 30_000;
/**
 * Longer than proxies keep a connection that idles (60 s in nginx): who closes it first is sure that nothing is on its way. With
 * Node's 5 s a proxy now and then sends a request into a connection that is just being closed, and answers 502.
 */
const KEEP_ALIVE_MS = 65_000;

export type Listening = {
  /** `http://host:port`. */
  readonly url: string;
  /** Takes no new connections, lets answers in progress end, and cuts what is left after the grace. */
  close(graceMs: number): Promise<void>;
};

/** Serves the application. Throws ConfigError when the port can't be had. */
export const listen = async (
  app: RequestListener,
  { host, port }: { readonly host: string; readonly port: number },
): Promise<Listening> => {
  const server = createServer(
    {
      maxHeaderSize: MAX_HEADER_BYTES,
      headersTimeout: HEADERS_TIMEOUT_MS,
      requestTimeout: REQUEST_TIMEOUT_MS,
      keepAliveTimeout: KEEP_ALIVE_MS,
    },
    app,
  );
  server.listen({ host, port });
  await once(server, 'listening').catch((cause: unknown) => {
    throw new ConfigError(`Can't listen on ${host}:${port}. Choose another PORT, or end what uses it.`, { cause });
  });
  const address = server.address();
  const actual = typeof address === 'object' && address !== null ? address.port : port;
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${actual}`,
    close: async (graceMs) => {
      const closed = once(server, 'close');
      // Read when an answer has gone out whole: from here on its connection is closed then.
      Object.assign(server, { keepAliveTimeout: 1, keepAliveTimeoutBuffer: 0 });
      server.close();
      const cut = setTimeout(() => server.closeAllConnections(), graceMs);
      await closed;
      clearTimeout(cut);
    },
  };
};
