import { request } from 'node:http';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { CommandInput, Fault } from '../index.ts';
import { SPECIAL_WALLS } from '../population/special-walls.ts';
import { type TestSimulator, startForTest } from '../testing/start-for-test.ts';

type Received = { readonly status: number | undefined; readonly headers: Readonly<Record<string, unknown>>; readonly bytes: Buffer };

describe('gateway', () => {
  let simulator: TestSimulator;
  beforeEach(async () => {
    simulator = await startForTest();
  });
  afterEach(() => simulator.close());

  const page = `wall.getComments?owner_id=${SPECIAL_WALLS.pages.ownerId}&post_id=1&count=100&v=5.199`;

  /** What comes over the wire, at most so many bytes of it, nothing decompressed. */
  const receive = (path: string, headers: Readonly<Record<string, string>> = {}, maxBytes = Infinity): Promise<Received> =>
    new Promise((resolve, reject) => {
      const url = `${simulator.url}/method/${path}&access_token=${simulator.token}`;
      const sent = request(url, { headers }, (response) => {
        const chunks: Buffer[] = [];
        const finish = () => resolve({ status: response.statusCode, headers: response.headers, bytes: Buffer.concat(chunks) });
        response.on('data', (chunk: Buffer) => {
          chunks.push(chunk);
          if (Buffer.concat(chunks).length >= maxBytes) response.destroy();
        });
        response.once('close', finish);
      });
      sent.once('error', reject).end();
    });

  const fail = (fault: Extract<CommandInput, { do: 'fail' }>['with']) => simulator.client.control({ do: 'fail', with: fault });

  test('when the caller accepts gzip, then a page comes compressed and is the same', async () => {
    const plain = await receive(page);
    const zipped = await receive(page, { 'accept-encoding': 'gzip' });
    expect([plain.headers['content-encoding'], zipped.headers['content-encoding']]).toEqual([undefined, 'gzip']);
    expect(gunzipSync(zipped.bytes).equals(plain.bytes)).toBe(true);
    expect(zipped.bytes.length).toBeLessThan(plain.bytes.length / 4);
  });

  test('when an answer is short, then nobody compresses it', async () => {
    const { headers } = await receive('users.get?v=5.199', { 'accept-encoding': 'gzip' });
    expect(headers['content-encoding']).toBeUndefined();
  });

  test('when an answer is a bomb, then few bytes over the wire become more than anybody holds', async () => {
    await fail({ kind: 'gzipBomb', bytes: 16 * 1_048_576 });
    const { bytes, headers } = await receive(page);
    expect(headers['content-encoding']).toBe('gzip');
    expect(bytes.length).toBeLessThan(50_000);
    expect(gunzipSync(bytes).length).toBe(16 * 1_048_576);
  });

  test('when an answer is huge, then it goes on until the caller hangs up', async () => {
    await fail({ kind: 'huge' });
    const { bytes } = await receive(page, {}, 1_000_000);
    expect(bytes.length).toBeGreaterThanOrEqual(1_000_000);
    expect(await simulator.client.log()).toEqual([expect.objectContaining({ outcome: 'huge' })]);
  });

  test('when a connection breaks in the middle of an answer, then only the first half has come', async () => {
    await fail({ kind: 'cut' });
    const { bytes, headers } = await receive(page);
    expect(bytes.length).toBe(Math.floor(Number(headers['content-length']) / 2));
  });

  test('when compression is broken, then nobody can read it', async () => {
    await fail({ kind: 'brokenGzip' });
    const { bytes, headers } = await receive(page);
    expect(headers['content-encoding']).toBe('gzip');
    expect(() => gunzipSync(bytes)).toThrow();
  });

  test('when a gateway is busy, then it says when to come again', async () => {
    await fail({ kind: 'html', status: 503, retryAfterSeconds: 7 });
    const { status, headers } = await receive(page);
    expect([status, headers['retry-after']]).toEqual([503, '7']);
  });

  test('when the head is slow, then the right answer comes all the same', async () => {
    await fail({ kind: 'slowHead', ms: 20 });
    const { status, bytes } = await receive(page);
    expect([status, bytes.equals((await receive(page)).bytes)]).toEqual([200, true]);
  });

  describe('by chance', () => {
    const outcomesOf = async (seed: number): Promise<readonly unknown[]> => {
      await simulator.client.control({ do: 'resetRules' });
      await simulator.client.control({ do: 'resetLog' });
      const faults: Fault[] = [
        { kind: 'error', code: 10 },
        { kind: 'html', status: 502 },
      ];
      await simulator.client.control({ do: 'failSometimes', rate: 0.3, with: faults, seed });
      for (let call = 0; call < 40; call += 1) await receive('users.get?v=5.199');
      return (await simulator.client.log()).map(({ outcome }) => outcome);
    };

    test('when calls shall fail sometimes, then about so many do, each kind, the same for the same seed', async () => {
      const first = await outcomesOf(1);
      expect(await outcomesOf(1)).toEqual(first);
      expect(await outcomesOf(2)).not.toEqual(first);
      expect(new Set(first)).toEqual(new Set(['ok', 10, 'html']));
      const failed = first.filter((outcome) => outcome !== 'ok').length;
      expect(failed).toBeGreaterThan(4);
      expect(failed).toBeLessThan(20);
    });

    test('when a method shall fail sometimes, then calls inside execute do, with errors only', async () => {
      const faults: Fault[] = [{ kind: 'reset' }, { kind: 'error', code: 1 }];
      await simulator.client.control({ do: 'failSometimes', rate: 0.5, with: faults, method: 'users.get' });
      const code = `return [${Array.from({ length: 25 }, () => 'API.users.get()').join()}];`;
      const inner = async () => {
        await simulator.call('execute', { code });
        return (await simulator.client.log()).filter(({ within }) => within !== undefined).map(({ outcome }) => outcome);
      };
      expect(new Set(await inner())).toEqual(new Set(['ok', 1]));
    });

    test('when a planned failure matches as well, then it decides', async () => {
      await simulator.client.control({ do: 'failSometimes', rate: 1, with: [{ kind: 'html' }] });
      await simulator.client.control({ do: 'fail', with: { kind: 'error', code: 29 } });
      expect((await simulator.refusal('users.get')).error_code).toBe(29);
      expect((await receive('users.get?v=5.199')).status).toBe(502);
    });
  });
});
