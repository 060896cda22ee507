import { once } from 'node:events';
import { type RequestListener, type Server, createServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { selfSigned } from './self-signed.ts';

export type AnsweringServer = {
  readonly url: string;
  /** Requests that came so far. */
  requests(): number;
  close(): Promise<void>;
};

/** A server on this machine that answers everything in one way, as VK's simulator never would. */
export const startAnswering = async (answer: RequestListener, { isTls = false } = {}): Promise<AnsweringServer> => {
  let requests = 0;
  const listener: RequestListener = (req, res) => {
    requests += 1;
    answer(req, res);
  };
  const server: Server = isTls ? createTlsServer(selfSigned(), listener) : createServer(listener);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: `${isTls ? 'https://localhost' : 'http://127.0.0.1'}:${port}`,
    requests: () => requests,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
};
