import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { startAnswering } from '../testing/answering-server.ts';
import { type PoolUnderTest, openPoolUnderTest, sharedSimulator } from '../testing/pool-under-test.ts';
import { posts } from '../testing/some-reads.ts';

const EMPTY_PAGE = JSON.stringify({ response: { count: 0, items: [], profiles: [], groups: [] } });

describe('a call alone', () => {
  let vk: PoolUnderTest;
  const server = sharedSimulator();
  beforeEach(async () => {
    vk = await openPoolUnderTest(server());
  });
  afterEach(() => vk.close());

  const reopen = async (more: Parameters<typeof openPoolUnderTest>[1]): Promise<void> => {
    await vk.close();
    vk = await openPoolUnderTest(server(), more);
  };

  test.each([
    ['an unknown error of VK', { kind: 'error', code: 1 }],
    ['a page of a gateway', { kind: 'html', status: 502 }],
    ['a broken connection', { kind: 'reset' }],
    ['an answer cut in the middle', { kind: 'truncated' }],
  ] as const)('when %s comes twice, then the third try counts', async (_what, fault) => {
    await vk.simulator.control({ do: 'fail', with: fault, times: 2 });
    expect(await vk.send(posts())).toMatchObject({ answers: [{ kind: 'posts' }], requests: 3 });
    expect(await vk.asked()).toHaveLength(3);
  });

  test.each([
    [{ kind: 'html', status: 502 }, 'VK_BAD_ANSWER', /\(HTTP 502\)/],
    [{ kind: 'reset' }, 'VK_UNREACHABLE', /\([A-Z_]+\)/],
  ] as const)('when %j does not pass, then its kind is told after three tries', async (fault, code, message) => {
    await vk.simulator.control({ do: 'fail', with: fault, times: 9 });
    await expect(vk.send(posts())).rejects.toMatchObject({ code, retryable: true, message: expect.stringMatching(message) });
    expect(await vk.asked()).toHaveLength(3);
  });

  test('when VK says "too many requests per second", then that is no try of the call', async () => {
    await reopen({ tries: 1 });
    await vk.simulator.control({ do: 'fail', with: { kind: 'error', code: 6 } });
    expect(await vk.send(posts())).toMatchObject({ answers: [{ kind: 'posts' }] });
    expect(await vk.asked()).toEqual(['wall.get 6', 'wall.get ok']);
  });

  test('when VK does not answer, then the call ends at its limit and its connection with it', async () => {
    let isCut: Promise<unknown> | undefined;
    const silent = await startAnswering((req) => void (isCut = once(req.socket, 'close')));
    await reopen({ baseUrl: silent.url, timeoutMs: 150, tries: 1 });
    await expect(vk.send(posts())).rejects.toMatchObject({ code: 'VK_TIMEOUT', retryable: true });
    await isCut;
    await silent.close();
  });

  test('when several are sent at once, then none waits for the answer of another', async () => {
    const held: ServerResponse[] = [];
    const patient = await startAnswering((_req, res) => {
      held.push(res);
      if (held.length === 10) for (const one of held) one.end(EMPTY_PAGE);
    });
    await reopen({ baseUrl: patient.url, tries: 1 });
    const sent = await Promise.all(Array.from({ length: 10 }, () => vk.send(posts())));
    expect(sent.map(({ answers: [answer] }) => answer?.kind)).toEqual(Array.from({ length: 10 }, () => 'posts'));
    await patient.close();
  });
});
