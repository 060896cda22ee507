import { Agent, type IncomingMessage, type RequestListener, request } from 'node:http';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, describe, expect, test } from '@jest/globals';
import { type Listening, listen } from './listen.ts';

/** More than sockets hold. */
const LARGE = 30_000_000;

describe('the listening API', () => {
  const agent = new Agent({ keepAlive: true });
  let api: Listening;
  afterEach(async () => {
    agent.destroy();
    await api.close(0);
  });

  const start = async (app: RequestListener): Promise<void> => {
    api = await listen(app, { host: '127.0.0.1', port: 0 });
  };
  /** Each answer begins with `on`, and goes on with the rest when it is told to. */
  const startHalfway = async (rest: string | Buffer): Promise<() => void> => {
    const { promise, resolve } = Promise.withResolvers<void>();
    await start((_req, res) => {
      res.write('on');
      void promise.then(() => res.end(rest));
    });
    return resolve;
  };
  const get = async (): Promise<IncomingMessage> => {
    const asked = request(api.url, { agent }).end();
    const [answer]: IncomingMessage[] = await once(asked, 'response');
    if (answer === undefined) throw new Error('no answer');
    return answer;
  };

  test('when a connection idles, then it is kept for longer than a proxy keeps it by default', async () => {
    await start((_req, res) => res.end('ok'));
    const answer = await get();
    expect(await text(answer)).toBe('ok');
    expect(Number(/timeout=(\d+)/.exec(String(answer.headers['keep-alive']))?.[1])).toBeGreaterThan(60);
  });

  test('when it closes while a large answer goes out to a slow reader, then all of it arrives', async () => {
    const finish = await startHalfway(Buffer.alloc(LARGE));
    const answer = await get();
    const closed = api.close(60_000);
    finish();
    let bytes = 0;
    for await (const chunk of answer) {
      bytes += Buffer.byteLength(chunk);
      if (bytes < LARGE / 4) await pause(5);
    }
    expect(bytes).toBe(LARGE + 2);
    await closed;
  }, 20_000);

  test('when it closes, then an answer in progress ends, and its connection is not waited for', async () => {
    const finish = await startHalfway('ward');
    const answer = await get();
    const closed = api.close(60_000);
    finish();
    expect(await text(answer)).toBe('onward');
    await closed;
  }, 5_000);
});
