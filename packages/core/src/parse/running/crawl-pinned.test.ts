import { describe, expect, test } from '@jest/globals';
import { VkApiError } from '@otklik/shared';
import { crawlInMemory } from '../testing/crawl-in-memory.ts';
import { type SmallPost, type SmallWall, allOf, answerFrom } from '../testing/small-vk.ts';
import type { VkRead, VkReadAnswer } from '../vk-reads.ts';

const posts: readonly SmallPost[] = Array.from({ length: 210 }, (_, index) => ({
  id: 210 - index,
  threads: [{ id: (210 - index) * 10, replies: [] }],
}));

describe('a crawl of a wall where posts are pinned meanwhile', () => {
  test.each([
    [25, [1, 2, 3]],
    [1, [1, 4, 8]],
  ])('when a request has %i reads, then none is lost, whenever it happens', async (room, apart) => {
    for (const requests of apart) {
      const wall: SmallWall & { pinnedId?: number } = { ownerId: '-1', posts };
      const small = answerFrom([wall]);
      let isLookDue = false;
      const answer = (read: VkRead): VkReadAnswer => {
        if (read.kind === 'posts') isLookDue = read.offset > 0 || (isLookDue && read.count > 1);
        return small(read);
      };
      // Another one between a page and the look behind it is two in the time of a request: that is not promised.
      const onRequest = async (index: number): Promise<void> => {
        if (index % requests === 0 && !isLookDue) wall.pinnedId = posts[(150 + index * 37) % posts.length]?.id ?? 0;
      };
      const { stored } = await crawlInMemory({ list: ['-1'], answer, room, onRequest });
      expect([...stored].toSorted()).toEqual(allOf([wall]));
    }
  });

  test.each([25, 1])(
    'when VK does not say just now which it is, and %i reads go at once, then the crawl asks once more later',
    async (room) => {
      const wall = { ownerId: '-1', posts, pinnedId: 1 };
      const small = answerFrom([wall]);
      const isLook = (read: VkRead): boolean => read.kind === 'posts' && read.count === 1;
      const error = new VkApiError('No token may ask.', { vkCode: 29, vkClass: 'wait', method: 'wall.get', retryAfterMs: 1_000 });
      // Pinned when the list is almost at its end: no page has it.
      const early = answerFrom([{ ownerId: '-1', posts }]);
      const answer = (read: VkRead): VkReadAnswer => {
        if (isLook(read)) return { kind: 'refused', error };
        return read.kind === 'posts' && read.offset < 100 ? early(read) : small(read);
      };
      const first = await crawlInMemory({ list: ['-1'], answer, room });
      expect(first.failure).toMatchObject({ code: 'NO_VK_TOKEN', retryAfterMs: 1_000 });
      const last = first.checkpoints.at(-1);
      const rest = await crawlInMemory({ list: ['-1'], answer: small, room, ...(last !== undefined && { from: last }) });
      expect([...new Set([...first.stored, ...rest.stored])].toSorted()).toEqual(allOf([wall]));
      expect(rest.end).toMatchObject({ walls: [] });
    },
  );
});
