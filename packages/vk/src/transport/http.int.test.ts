import { once } from 'node:events';
import { Readable } from 'node:stream';
import { createGzip, gzipSync } from 'node:zlib';
import type { RequestListener } from 'node:http';
import { afterEach, describe, expect, test } from '@jest/globals';
import { VkTransportError } from '@otklik/shared';
import { type AnsweringServer, startAnswering } from '../testing/answering-server.ts';
import { type HttpOptions, type VkHttp, createVkHttp } from './http.ts';

const never = new AbortController().signal;
const MEGABYTE = 1_048_576;

describe('a request to VK, when something else than VK answers', () => {
  let server: AnsweringServer | undefined;
  let http: VkHttp | undefined;
  afterEach(async () => {
    await http?.close();
    await server?.close();
    server = undefined;
  });

  const ask = (baseUrl: string, more: Partial<HttpOptions> = {}): Promise<unknown> => {
    http = createVkHttp({ baseUrl, timeoutMs: 10_000, maxBytes: 2 * MEGABYTE, ...more });
    return http
      .post({ method: 'users.get', params: new URLSearchParams(), token: 'secret-token' }, never)
      .catch((thrown: unknown) => thrown);
  };
  const answered = async (answer: RequestListener, more: Partial<HttpOptions> = {}): Promise<unknown> => {
    server = await startAnswering(answer);
    return ask(server.url, more);
  };

  test('when the answer is packed, then it is unpacked', async () => {
    const answer = await answered((_req, res) => {
      res.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('{"response":[1]}'));
    });
    expect(answer).toEqual({ response: [1] });
  });

  test('when a small answer unpacks to a huge one, then it is broken off at the limit', async () => {
    let isCut: Promise<unknown> | undefined;
    const zeros = Buffer.alloc(MEGABYTE);
    const before = process.memoryUsage().rss;
    const thrown = await answered((_req, res) => {
      isCut = once(res, 'close');
      res.writeHead(200, { 'content-encoding': 'gzip' });
      Readable.from(Array.from({ length: 256 }, () => zeros))
        .pipe(createGzip())
        .pipe(res);
    });
    expect(thrown).toMatchObject({ code: 'VK_BAD_ANSWER', message: expect.stringContaining('longer than 2097152 bytes') });
    expect(process.memoryUsage().rss - before).toBeLessThan(150 * MEGABYTE);
    await isCut;
  });

  test.each([
    ['is no gzip', Buffer.from('{"response":[1]}')],
    ['is damaged gzip', Buffer.concat([gzipSync('{"response":[1]}').subarray(0, 12), Buffer.alloc(20, 7)])],
    ['is half of a gzip', gzipSync(`{"response":["${'x'.repeat(1_000)}"]}`).subarray(0, 25)],
  ])('when what says to be packed %s, then that is no answer of VK', async (_what, body) => {
    const thrown = await answered((_req, res) => void res.writeHead(200, { 'content-encoding': 'gzip' }).end(body));
    expect(thrown).toMatchObject({ code: 'VK_BAD_ANSWER', retryable: true });
  });

  test('when the head of an answer comes too slowly, then the limit of the whole ends it, and the connection with it', async () => {
    let isCut: Promise<unknown> | undefined;
    const thrown = await answered(
      (req) => {
        isCut = once(req.socket, 'close');
        req.socket.write('HTTP/1.1 200 OK\r\nx-slow: ');
      },
      { timeoutMs: 150 },
    );
    expect(thrown).toMatchObject({ code: 'VK_TIMEOUT' });
    await isCut;
  });

  test('when the caller gives up, then the connection ends, and the request was told to have begun', async () => {
    const caller = new AbortController();
    let isCut: Promise<unknown> | undefined;
    let begun = 0;
    server = await startAnswering((req) => {
      isCut = once(req.socket, 'close');
      caller.abort(new Error('enough'));
    });
    http = createVkHttp({ baseUrl: server.url, timeoutMs: 10_000, maxBytes: MEGABYTE });
    const request = { method: 'users.get', params: new URLSearchParams(), token: 't', onStart: () => (begun += 1) };
    await expect(http.post(request, caller.signal)).rejects.toThrow('enough');
    await isCut;
    expect(begun).toBe(1);
  });

  test('when an answer does not end, then it is broken off at the limit as well', async () => {
    const thrown = await answered((_req, res) => {
      Readable.from(endless())
        .on('error', () => undefined)
        .pipe(res);
    });
    expect(thrown).toMatchObject({ code: 'VK_BAD_ANSWER', message: expect.stringContaining('longer than') });
  });

  test('when the answer comes byte by byte, then the limit is for the whole of it', async () => {
    const thrown = await answered(
      (_req, res) => {
        const drip = setInterval(() => res.write(' '), 20);
        res.on('close', () => clearInterval(drip));
      },
      { timeoutMs: 300 },
    );
    expect(thrown).toMatchObject({ code: 'VK_TIMEOUT', retryable: true });
  });

  test.each([
    ['HTML with the status of an error', 502, '<html><body>502</body></html>'],
    ['HTML with the status of a success', 200, '<html><body>Welcome</body></html>'],
    ['half of an answer', 200, '{"response":[{"id":1'],
    ['nothing', 200, ''],
    ['JSON of somebody else', 503, '{"status":"unavailable"}'],
    ['JSON that is no object', 200, '[1,2]'],
  ])('when %s comes, then its status is told and none of its text', async (_what, status, body) => {
    const thrown = await answered((_req, res) => void res.writeHead(status).end(body));
    expect(thrown).toBeInstanceOf(VkTransportError);
    expect(thrown).toMatchObject({ code: 'VK_BAD_ANSWER', status, retryAfterMs: undefined });
    expect(String(thrown)).toContain(`(HTTP ${status})`);
    expect(JSON.stringify([thrown, String(thrown)])).not.toMatch(/secret-token|Welcome|unavailable/);
  });

  test.each([
    [429, { 'retry-after': '7' }, 7_000],
    [429, {}, 10_000],
    [429, { 'retry-after': '0' }, 1_000],
    [503, { 'retry-after': 'Wed, 21 Oct 2015 07:28:00 GMT' }, 1_000],
    [503, { 'retry-after': '120' }, 120_000],
    [503, { 'retry-after': '999999' }, 3_600_000],
    [503, { 'retry-after': 'soon' }, undefined],
    [502, { 'retry-after': '7' }, undefined],
  ])('when a gateway says %i with %j, then it asks to wait for %p ms', async (status, headers, retryAfterMs) => {
    expect(await answered((_req, res) => void res.writeHead(status, { ...headers }).end('<html/>'))).toMatchObject({
      status,
      retryAfterMs,
    });
  });

  test('when a gateway names the moment from which on it serves again, then it asks to wait until then', async () => {
    const at = new Date(Date.now() + 60_000).toUTCString();
    const thrown = await answered((_req, res) => void res.writeHead(503, { 'retry-after': at }).end());
    expect(thrown instanceof VkTransportError && thrown.retryAfterMs).toBeGreaterThan(30_000);
  });

  test('when somebody answers whose certificate nobody vouches for, then he gets no request and no token', async () => {
    server = await startAnswering((_req, res) => void res.end('{"response":1}'), { isTls: true });
    const thrown = await ask(server.url);
    expect(thrown).toMatchObject({
      code: 'VK_UNREACHABLE',
      retryable: true,
      message: expect.stringContaining('no certificate that this machine trusts (DEPTH_ZERO_SELF_SIGNED_CERT)'),
      context: { reason: 'DEPTH_ZERO_SELF_SIGNED_CERT' },
    });
    expect(server.requests()).toBe(0);
  });

  test('when the name can not be resolved, then that is said, and it may be tried again', async () => {
    expect(await ask('http://name.invalid')).toMatchObject({
      code: 'VK_UNREACHABLE',
      retryable: true,
      message: expect.stringMatching(/name of VK's server can not be resolved \((ENOTFOUND|EAI_AGAIN)\)/),
    });
  });

  test('when nobody listens, then the reason is named', async () => {
    server = await startAnswering(() => undefined);
    const { url } = server;
    await server.close();
    server = undefined;
    expect(await ask(url)).toMatchObject({ code: 'VK_UNREACHABLE', message: 'The connection to VK failed (ECONNREFUSED).' });
  });

  test('when the connection breaks in the middle of an answer, then that is a broken connection', async () => {
    const thrown = await answered((_req, res) => {
      res.writeHead(200, { 'content-length': '1000' }).write('{"response":');
      res.socket?.end();
    });
    expect(thrown).toMatchObject({ code: 'VK_UNREACHABLE', retryable: true });
  });

  test('when an answer leads elsewhere, then it is not followed: the token is for VK only', async () => {
    expect(await answered((_req, res) => void res.writeHead(302, { location: 'http://127.0.0.1:9/' }).end())).toMatchObject({
      code: 'VK_UNREACHABLE',
    });
    expect(server?.requests()).toBe(1);
  });
});

function* endless(): Generator<Buffer> {
  for (;;) yield Buffer.alloc(65_536, 32);
}
