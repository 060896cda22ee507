import type { RequestListener, ServerResponse } from 'node:http';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type Clock, type Pacing, createMemoryPacing, systemClock } from '@otklik/shared';
import { waitFor } from '@otklik/testing';
import { type AnsweringServer, startAnswering } from '../testing/answering-server.ts';
import { aToken } from '../testing/memory-tokens.ts';
import { type PoolUnderTest, never, openPoolUnderTest, sharedSimulator } from '../testing/pool-under-test.ts';
import { posts } from '../testing/some-reads.ts';

const EMPTY_PAGE = JSON.stringify({ response: { count: 0, items: [], profiles: [], groups: [] } });
const SECRET = 'vk1.a.sesame';
const GIVEN = [aToken(SECRET, { tokenId: 'vkt_1', kind: 'user', mayExecute: false })];

describe('when VK does not serve a method', () => {
  let vk: PoolUnderTest;
  let other: AnsweringServer | undefined;
  const server = sharedSimulator();

  const open = async (more: Parameters<typeof openPoolUnderTest>[1] = {}): Promise<void> => {
    vk = await openPoolUnderTest(server(), { given: GIVEN, circuit: { openMs: 30_000 }, ...more });
    await vk.simulator.control({ do: 'addToken', token: SECRET, requestsPerSecond: 10_000, kind: 'user' });
  };
  /** Somebody else answers in VK's place. */
  const openOn = async (answer: RequestListener, more: Parameters<typeof openPoolUnderTest>[1] = {}): Promise<AnsweringServer> => {
    other = await startAnswering(answer);
    await open({ baseUrl: other.url, ...more });
    return other;
  };
  beforeEach(() => {
    other = undefined;
  });
  afterEach(async () => {
    await vk.close();
    await other?.close();
  });

  /** What became of one read. */
  const end = async (read = posts()): Promise<unknown> => {
    try {
      const [answer] = (await vk.send(read)).answers;
      return answer?.kind === 'refused' ? answer.error : answer;
    } catch (thrown) {
      return thrown;
    }
  };
  const fail = (code: number, times: number): Promise<unknown> =>
    vk.simulator.control({ do: 'fail', with: { kind: 'error', code }, times });
  const breakWalls = (): Promise<unknown> =>
    vk.simulator.control({ do: 'fail', method: 'wall.get', with: { kind: 'html', status: 502 }, times: 1_000_000 });
  const requests = async (): Promise<number> => (await vk.asked()).length;
  const circuitLines = (): readonly string[] =>
    vk.lines.map(({ message }) => message).filter((message) => message.startsWith('VK circuit'));
  const untilHalfOpen = () => waitFor(() => circuitLines().at(-1) === 'VK circuit half-open', { what: 'the time of the probe' });

  test('then the call that finds it out is told as held back, and so are all others, without asking VK', async () => {
    await open();
    await breakWalls();
    const heldBack = {
      code: 'CIRCUIT_OPEN',
      retryable: true,
      message: expect.stringMatching(/^VK does not serve wall\.get just now\. .*\(HTTP 502\)/),
    };
    expect(await end()).toMatchObject(heldBack);
    expect(await requests()).toBe(3);
    const refused = await end();
    expect(refused).toMatchObject(heldBack);
    expect(refused instanceof Error && 'retryAfterMs' in refused && refused.retryAfterMs).toBeGreaterThan(10_000);
    expect(await requests()).toBe(3);
  });

  test('to one call, but to others meanwhile, then that call fails with its own fault', async () => {
    // While it pauses before its next try, somebody else is answered.
    const clock: Clock = { ...systemClock, sleep: async () => void (await vk.send(posts(2))) };
    await open({ clock });
    await vk.simulator.control({ do: 'fail', method: 'wall.get', params: { count: '1' }, with: { kind: 'reset' }, times: 3 });
    expect(await end(posts(1))).toMatchObject({ code: 'VK_UNREACHABLE' });
    expect(await vk.asked()).toEqual(['reset', 'ok', 'reset', 'ok', 'reset'].map((outcome) => `wall.get ${outcome}`));
    expect(circuitLines()).toEqual([]);
  });

  test('for a moment, then calls that came meanwhile are made after it instead of being refused', async () => {
    await open({ tries: 1, circuit: { openMs: 20 } });
    await vk.simulator.control({ do: 'fail', with: { kind: 'reset' } });
    await end();
    expect(await end()).toMatchObject({ kind: 'posts' });
    expect(circuitLines()).toEqual(['open', 'half-open', 'closed'].map((state) => `VK circuit ${state}`));
  });

  describe('then one request at a time looks whether it is back', () => {
    let held: ServerResponse[];
    let isBack: boolean;
    let givenBack: number;
    const pacing = createMemoryPacing();
    const countGivenBack: Pacing = {
      ...pacing,
      turn: async (...args) => {
        const turn = await pacing.turn(...args);
        const giveBack = (): void => {
          givenBack += 1;
          turn.giveBack();
        };
        return { ...turn, giveBack };
      },
    };
    beforeEach(async () => {
      [held, isBack, givenBack] = [[], false, 0];
      let isBroken = true;
      await openOn(
        (req, res) => {
          if (isBroken) req.socket.destroy();
          else if (isBack) res.end(EMPTY_PAGE);
          else held.push(res);
        },
        { tries: 1, circuit: { openMs: 50, maxOpenMs: 50 }, pacing: countGivenBack },
      );
      await end();
      isBroken = false;
      await untilHalfOpen();
    });
    const letThrough = (): void => {
      isBack = true;
      for (const res of held.splice(0)) res.end(EMPTY_PAGE);
    };
    const refused = expect.objectContaining({ code: 'CIRCUIT_OPEN' });

    test('and as long as it is not, all others are refused', async () => {
      const ends: unknown[] = [];
      const all = Array.from({ length: 10 }, async () => void ends.push(await end()));
      await waitFor(() => ends.length === 9, { what: 'all but one to be refused' });
      expect(ends).toEqual(Array.from({ length: 9 }, () => refused));
      expect(other?.requests()).toBe(2);
      held.pop()?.destroy();
      await Promise.all(all);
      expect(ends.at(-1)).toEqual(refused);
      expect(other?.requests()).toBe(2);
    });

    test('and when it is, then everybody is served', async () => {
      const probe = end();
      await waitFor(() => held.length === 1, { what: 'the probe' });
      letThrough();
      expect(await probe).toMatchObject({ kind: 'posts' });
      expect(await Promise.all([end(), end()])).toMatchObject([{ kind: 'posts' }, { kind: 'posts' }]);
      expect(circuitLines()).toEqual(['open', 'half-open', 'closed'].map((state) => `VK circuit ${state}`));
    });

    test('and of those who have their turn at the same moment that one is counted, and the others give theirs back', async () => {
      const before = vk.tokens.counted();
      const turns = [await vk.reads.turn(never), await vk.reads.turn(never), await vk.reads.turn(never)];
      const sent = turns.map((turn) => turn.send([posts()], { signal: never, turns: never }).catch((thrown: unknown) => thrown));
      await waitFor(() => held.length === 1, { what: 'the probe' });
      letThrough();
      expect(await Promise.all(sent)).toMatchObject([{ requests: 1 }, { code: 'CIRCUIT_OPEN' }, { code: 'CIRCUIT_OPEN' }]);
      const sum = (counted: Readonly<Record<string, number>>): number => Object.values(counted).reduce((a, b) => a + b, 0);
      expect(sum(vk.tokens.counted()) - sum(before)).toBe(1);
      const { text } = await vk.metrics.expose();
      expect(text).toContain('otklik_vk_requests_total{method="wall.get",outcome="circuit_open"} 2');
      expect(text).toContain('otklik_vk_batch_calls_count 2');
      expect(givenBack).toBe(2);
    });
  });

  test('then log and metrics tell it, by method and kind of token, and never the token', async () => {
    await open();
    await breakWalls();
    await end();
    await end();
    expect(vk.lines.find(({ message }) => message === 'VK circuit open')).toMatchObject({
      method: 'wall.get',
      tokenKind: 'user',
      retryAfterMs: expect.any(Number),
      faults: { bad_answer: 3 },
    });
    const { text } = await vk.metrics.expose();
    const labels = 'method="wall.get",token_kind="user"';
    expect(text).toContain(`otklik_vk_breaker_state{${labels},state="open"} 1`);
    expect(text).toContain(`otklik_vk_breaker_state{${labels},state="closed"} 0`);
    expect(text).toContain('otklik_vk_breaker_state{method="users.get",token_kind="user",state="closed"} 1');
    expect(text).toContain(`otklik_vk_breaker_transitions_total{${labels},to="open"} 1`);
    expect(text).toContain('otklik_vk_requests_total{method="wall.get",outcome="bad_answer"} 3');
    expect(text).toContain('otklik_vk_requests_total{method="wall.get",outcome="circuit_open"} 1');
    expect(text).toContain('otklik_vk_request_duration_seconds_count{method="wall.get"} 3');
    expect(JSON.stringify(vk.lines) + text).not.toContain('sesame');
  });

  test.each([13, 15, 212])('but only refuses (error %i), then it is asked again and again', async (code) => {
    await open();
    await fail(code, 30);
    for (let count = 0; count < 30; count += 1) expect(await end()).toMatchObject({ code: 'VK_API', vkCode: code });
    expect(await requests()).toBe(30);
    expect(circuitLines()).toEqual([]);
  });

  test('but a gateway asks to slow down (HTTP 429), then each call is made once and told how long to wait', async () => {
    const gateway = await openOn((_req, res) => void res.writeHead(429, { 'retry-after': '7' }).end('<html/>'));
    for (let count = 0; count < 20; count += 1) expect(await end()).toMatchObject({ code: 'VK_BAD_ANSWER', retryAfterMs: 7_000 });
    expect(gateway.requests()).toBe(20);
    expect(circuitLines()).toEqual([]);
  });

  test('but has an answer whose shape is new, then it is asked again and again', async () => {
    const stranger = await openOn((_req, res) => res.end('{"response":{"items":"none"}}'));
    const ends = await Promise.all(Array.from({ length: 5 }, () => end()));
    expect(ends).toEqual(Array.from({ length: 5 }, () => expect.objectContaining({ code: 'VK_BAD_ANSWER' })));
    expect(stranger.requests()).toBe(15);
    expect(circuitLines()).toEqual([]);
  });

  test('because it is unwell inside (error 10) most of the time, then it is held back as well', async () => {
    await open();
    await fail(10, 1_000_000);
    const ends = [await end(), await end(), await end(), await end()];
    expect(ends.slice(0, 3)).toEqual(Array.from({ length: 3 }, () => expect.objectContaining({ code: 'VK_API', vkCode: 10 })));
    expect(ends[3]).toMatchObject({ code: 'CIRCUIT_OPEN', message: expect.stringContaining('VK error 10') });
    expect(await requests()).toBe(10);
  });
});
