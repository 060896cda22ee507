import { inspect } from 'node:util';
import { afterEach, describe, expect, test } from '@jest/globals';
import { vkErrorRule } from '../errors/error-table.ts';
import type { VkRead } from '../reads/vk-read.ts';
import { startAnswering } from '../testing/answering-server.ts';
import { aToken } from '../testing/memory-tokens.ts';
import { type PoolUnderTest, never, openPoolUnderTest, sharedSimulator } from '../testing/pool-under-test.ts';
import { posts } from '../testing/some-reads.ts';

const USER = '2000101';

describe('what VK does not give', () => {
  let vk: PoolUnderTest;
  const server = sharedSimulator();
  afterEach(() => vk.close());

  const refuse = (code: number, message?: string): Promise<unknown> =>
    vk.simulator.control({ do: 'fail', with: { kind: 'error', code, ...(message !== undefined && { message }) }, times: 9 });

  test.each([15, 18, 100])('when VK says no for good (error %i), then it is not asked again', async (code) => {
    vk = await openPoolUnderTest(server());
    await refuse(code);
    const refused = { code: 'VK_API', vkCode: code };
    expect((await vk.send(posts())).answers).toMatchObject([{ kind: 'refused', error: { ...refused, method: 'wall.get' } }]);
    await expect(vk.reads.resolveWall(USER, never)).rejects.toMatchObject({ ...refused, method: 'users.get' });
    expect(await vk.asked()).toEqual([`wall.get ${code}`, `users.get ${code}`]);
  });

  test.each([5, 9, 14, 29])(
    'when VK takes the only token away (error %i), then it is not asked again, and its words are told',
    async (code) => {
      vk = await openPoolUnderTest(server());
      await refuse(code);
      const thrown: unknown = await vk.send(posts()).catch((error: unknown) => error);
      expect(thrown).toMatchObject({ code: 'NO_VK_TOKEN', retryAfterMs: expect.any(Number), cause: { code: 'VK_API', vkCode: code } });
      expect(String(thrown)).toContain(vkErrorRule(code).sentence);
      expect(await vk.asked()).toEqual([`wall.get ${code}`]);
    },
  );

  describe('when VK echoes the token in its error, then neither error nor log nor numbers nor what is stored repeat it', () => {
    const SECRET = 'vk1.a.sesame';
    const open = async (): Promise<void> => {
      vk = await openPoolUnderTest(server(), { given: [aToken(SECRET, { tokenId: 'vkt_1' })] });
    };
    const told = async (thrown: unknown): Promise<string> => {
      const { parks, invalid, lessons } = vk.tokens;
      const { text } = await vk.metrics.expose();
      return inspect([thrown, JSON.stringify(thrown), vk.lines, parks, invalid, lessons, text], { depth: null, showHidden: true });
    };
    const end = (...reads: readonly VkRead[]): Promise<unknown> => vk.send(...reads).catch((thrown: unknown) => thrown);

    test('of a token that it does not know', async () => {
      await open();
      const thrown = await end(posts());
      expect(thrown).toMatchObject({ code: 'NO_VK_TOKEN', cause: { vkCode: 5 } });
      expect(vk.tokens.invalid).toHaveLength(1);
      expect(await told(thrown)).not.toContain('sesame');
    });

    test.each([1, 14, 15])('in its own words as well (error %i)', async (code) => {
      await open();
      await refuse(code, `No ${SECRET}, please.`);
      expect(await told(await end(posts()))).not.toContain('sesame');
    });

    test('inside of a script', async () => {
      await open();
      await vk.simulator.control({ do: 'addToken', token: SECRET, requestsPerSecond: 10_000 });
      const one = { method: 'wall.get', params: { count: '2' } };
      await vk.simulator.control({ do: 'fail', ...one, with: { kind: 'error', code: 1, message: `No ${SECRET}, please.` }, times: 9 });
      const sent = await end(posts(1), posts(2));
      expect(sent).toMatchObject({ answers: [{ kind: 'posts' }, { kind: 'refused', error: { vkCode: 1 } }] });
      expect(await told(sent)).not.toContain('sesame');
    });
  });

  test('when an answer has another shape than VK has, then the error names places and no values', async () => {
    const item = { id: 1, date: 'words of people' };
    const stranger = await startAnswering((_req, res) => res.end(JSON.stringify({ response: { count: 1, items: [item] } })));
    vk = await openPoolUnderTest(server(), { baseUrl: stranger.url });
    const thrown: unknown = await vk.send(posts()).catch((error: unknown) => error);
    await stranger.close();
    expect(thrown).toMatchObject({ code: 'VK_BAD_ANSWER', context: { method: 'wall.get', faults: ['items.0.date: invalid_type'] } });
    expect(inspect([thrown, vk.lines], { depth: null, showHidden: true })).not.toContain('words of people');
  });
});
