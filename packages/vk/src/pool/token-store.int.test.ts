import { afterEach, describe, expect, test } from '@jest/globals';
import { DEMO_WALL } from '@otklik/vk-simulator';
import type { VkRead } from '../reads/vk-read.ts';
import { type MemoryTokens, aToken, createMemoryTokens } from '../testing/memory-tokens.ts';
import { type PoolUnderTest, never, openPoolUnderTest, sharedSimulator } from '../testing/pool-under-test.ts';
import { posts } from '../testing/some-reads.ts';

const byId: VkRead = { kind: 'postsById', keys: [{ ownerId: String(DEMO_WALL.ownerId), postId: '1' }] };

describe('where what VK says of tokens is stored', () => {
  let vk: PoolUnderTest;
  const server = sharedSimulator();
  afterEach(() => vk.close());

  /** With the token `a`, and a store of its own for those that are parked. */
  const startParking = async (park: MemoryTokens['park']): Promise<void> => {
    vk = await openPoolUnderTest(server(), { source: { ...createMemoryTokens(aToken('a')), park } });
  };

  test('when what VK says of a token can not be stored, then it is kept in mind and the token is left alone', async () => {
    let tried = 0;
    await startParking(async () => {
      tried += 1;
      throw new Error('the database is away');
    });
    await vk.simulator.control({ do: 'tokenState', token: 'a', state: 'captcha' });
    await expect(vk.send(posts(1))).rejects.toMatchObject({ code: 'NO_VK_TOKEN' });
    await expect(vk.reads.turn(never)).rejects.toMatchObject({ code: 'NO_VK_TOKEN' });
    expect([(await vk.asked()).length, tried]).toEqual([1, 1]);
  });

  test.each([
    ['a call alone', [posts(1)]],
    ['one call among others', [posts(1), byId]],
  ])('when storing what VK says of a token hangs after %s, then the end of the job does not wait for it', async (_, batch) => {
    const parking = Promise.withResolvers<void>();
    await startParking(() => {
      parking.resolve();
      return new Promise(() => undefined);
    });
    await vk.simulator.control({ do: 'addToken', token: 'a', requestsPerSecond: 10_000, refuses: { 'wall.get': 3 } });
    const job = new AbortController();
    const sent = (await vk.reads.turn(never)).send(batch, { signal: job.signal, turns: job.signal });
    await parking.promise;
    job.abort(new RangeError('cancelled'));
    await expect(sent).rejects.toBe(job.signal.reason);
  });
});
