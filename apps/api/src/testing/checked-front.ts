import { createServer, request as forward } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { once } from 'node:events';
import { buffer } from 'node:stream/consumers';
import { createAnswerChecker } from './answer-checker.ts';

export type CheckedFront = {
  /** Send requests here. */
  readonly url: string;
  /** Throws when any answer was not as documented, whether or not the test looked at it. */
  close(): Promise<void>;
};

/** Said in place of an answer that does not fit the document, with the faults as its body. */
const NOT_AS_DOCUMENTED = 599;

/** A proxy before an API that lets only those answers through which are as `/openapi.json` says. */
export const openCheckedFront = async (apiUrl: string): Promise<CheckedFront> => {
  const check = createAnswerChecker(await (await fetch(`${apiUrl}/openapi.json`)).json());
  const faults: string[] = [];

  const answer = async (req: IncomingMessage, res: ServerResponse): Promise<void> => {
    const { method = '', url = '' } = req;
    const [{ hostname, port }, body] = [new URL(apiUrl), await buffer(req)];
    const sent = forward({ hostname, port, method, path: url, headers: req.headers });
    res.once('close', () => sent.destroy());
    sent.end(body);
    const [got]: IncomingMessage[] = await once(sent, 'response');
    if (got === undefined) throw new Error('no answer');
    const bytes = await buffer(got);
    const status = got.statusCode ?? 0;
    const found = check({ method, path: url, status, headers: flat(got.headers), body: bytes.toString() });
    if (found.length === 0) return void res.writeHead(status, got.headers).end(bytes);
    const text = `${method} ${url} → ${status} is not as documented: ${found.join('; ')}`;
    faults.push(text);
    res.writeHead(NOT_AS_DOCUMENTED).end(text);
  };

  const server = createServer((req, res) => {
    answer(req, res).catch(() => res.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return {
    url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`,
    close: async () => {
      server.closeAllConnections();
      server.close();
      if (faults.length > 0) throw new Error(faults.join('\n'));
    },
  };
};

const flat = (headers: IncomingMessage['headers']): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
