import { describe, expect, test } from '@jest/globals';
import { CircuitOpenError, TurnOver, VkApiError, VkTransportError } from '@otklik/shared';
import type { Frontier } from '../frontier/frontier.ts';
import { crawlInMemory } from '../testing/crawl-in-memory.ts';
import { type SmallPost, type SmallWall, allOf, answerFrom } from '../testing/small-vk.ts';
import type { VkRead, VkReadAnswer } from '../vk-reads.ts';

/** Posts of every length: none, a few comments, threads that are cut short, levels of several pages. */
const postOf = (id: number, roots: number): SmallPost => ({
  id,
  threads: Array.from({ length: roots }, (_, index) => {
    const root = id * 100_000 + index * 200;
    const replies = index % 17 === 3 ? 130 : index % 5 === 1 ? 12 : index % 3;
    return { id: root, replies: Array.from({ length: replies }, (_unused, reply) => root + 1 + reply) };
  }),
});
const wallOf = (ownerId: string, posts: number): SmallWall => ({
  ownerId,
  posts: Array.from({ length: posts }, (_, index) => postOf(posts - index, index % 50 === 5 ? 320 : index % 7)),
});

const walls = [wallOf('-1', 110), wallOf('-2', 20), wallOf('-3', 3)];
const answer = answerFrom(walls);
const list = ['-1', '-2', '-3', '-4', '-1_17'];

/** Answers come in an order of their own. */
const jumbled = async (index: number): Promise<void> => {
  for (let turns = (index * 7) % 11; turns > 0; turns -= 1) await new Promise(setImmediate);
};

describe('a crawl', () => {
  test('when answers come in any order, then every comment is stored, with many requests on their way at once', async () => {
    const { stored, end, together } = await crawlInMemory({ list, answer, onRequest: jumbled });
    expect([...stored].toSorted()).toEqual(allOf(walls));
    expect(end).toMatchObject({ walls: [], posts: [], wanted: [] });
    expect(together).toBeGreaterThan(3);
    expect(together).toBeLessThanOrEqual(8);
  });

  test('when requests carry one read each, then it is the same', async () => {
    const { stored } = await crawlInMemory({ list, answer, room: 1 });
    expect([...stored].toSorted()).toEqual(allOf(walls));
  });

  test('when it goes on from where it was stopped, then nothing is lost and nothing asked again', async () => {
    const whole = await crawlInMemory({ list, answer });
    for (const stops of [1, 8]) {
      let left = stops;
      const checkpointReached = (): void => {
        left -= 1;
        if (left <= 0) throw new TurnOver('over');
      };
      const stopped = await crawlInMemory({ list, answer, onRequest: jumbled, checkpointReached });
      const last = stopped.checkpoints.at(-1);
      const rest = await crawlInMemory({ list, answer, ...(last !== undefined && { from: last }) });
      expect([...new Set([...stopped.stored, ...rest.stored])].toSorted()).toEqual(allOf(walls));
      expect(stopped.requests.length + rest.requests.length).toBeLessThan(whole.requests.length + 8);
    }
  });

  test('when it is killed at any moment, then what was in flight is asked again, and nothing else', async () => {
    const whole = await crawlInMemory({ list, answer, onRequest: jumbled });
    const all = [...whole.stored];
    for (const share of [0.1, 0.3, 0.6, 0.9]) {
      const at = Math.floor(whole.checkpoints.length * share);
      const from = whole.checkpoints[at];
      const rest = await crawlInMemory({ list, answer, ...(from !== undefined && { from }) });
      const before = all.slice(0, whole.counts[at]);
      expect([...new Set([...before, ...rest.stored])].toSorted()).toEqual(allOf(walls));
      expect((from?.totals.requests ?? 0) + rest.requests.length).toBeLessThanOrEqual(whole.requests.length + 8);
    }
  });

  test('when a long post is all there is, then its pages share requests', async () => {
    const long: SmallWall = {
      ownerId: '-1',
      posts: [{ id: 1, threads: Array.from({ length: 5_000 }, (_, id) => ({ id: id + 1, replies: [] })) }],
    };
    const { stored, requests } = await crawlInMemory({ list: ['-1'], answer: answerFrom([long]) });
    expect(stored.size).toBe(5_000);
    // The list, the first page, and 50 pages of 99 new ones.
    expect(requests.length).toBeLessThanOrEqual(2 + 2);
  });

  test('when it took long, then posts that were published meanwhile are read, too', async () => {
    const wall = wallOf('-1', 130);
    const posts = [...wall.posts];
    const growing: SmallWall = { ...wall, posts };
    let time = 0;
    const { stored, end } = await crawlInMemory({
      list: ['-1'],
      answer: answerFrom([growing]),
      now: () => time,
      onRequest: async (index) => {
        if (index !== 3) return;
        time = 6 * 60_000;
        posts.unshift(postOf(132, 4), postOf(131, 2));
      },
    });
    expect([...stored].toSorted()).toEqual(allOf([growing]));
    expect(end).toMatchObject({ walls: [], totals: { walls: 1 } });
  });

  test('when only so many comments of each post are wanted, then no more are stored, the oldest ones', async () => {
    const { stored } = await crawlInMemory({ list: ['-3'], answer, plan: { maxComments: 3 } });
    const wanted = walls
      .filter(({ ownerId }) => ownerId === '-3')
      .flatMap(({ posts }) =>
        posts.flatMap(({ id, threads }) =>
          threads
            .flatMap((one) => [one.id, ...one.replies])
            .slice(0, 3)
            .map((one) => `-3_${id}_${one}`),
        ),
      );
    expect([...stored].toSorted()).toEqual(wanted.toSorted());
  });

  test('when VK shows nothing at all the first time it is asked for anything, then everything is stored all the same', async () => {
    const asked = new Set<string>();
    const forgetful = (read: VkRead): VkReadAnswer => {
      const answered = answer(read);
      const isFirst = read.kind !== 'postsById' && !asked.has(JSON.stringify(read));
      asked.add(JSON.stringify(read));
      if (!isFirst) return answered;
      if (answered.kind === 'posts') return { ...answered, page: { ...answered.page, posts: [] } };
      return answered.kind === 'comments' ? { ...answered, page: { ...answered.page, threads: [] } } : answered;
    };
    const { stored } = await crawlInMemory({ list: ['-2', '-3'], answer: forgetful });
    expect([...stored].toSorted()).toEqual(allOf(walls.slice(1)));
  });

  test('when the turn is over, then what is in flight is stored and nothing else asked', async () => {
    let reached = 0;
    const { failure, requests, checkpoints, end } = await crawlInMemory({
      list,
      answer,
      onRequest: jumbled,
      checkpointReached: () => {
        reached += 1;
        if (reached >= 4) throw new TurnOver('The time slice is over.');
      },
    });
    expect([end, failure]).toEqual([null, expect.any(TurnOver)]);
    expect(checkpoints.at(-1)?.totals.requests).toBe(requests.length);
  });

  test('when one request fails, then what came with the others is kept, and the failure is told', async () => {
    const { failure, checkpoints, requests } = await crawlInMemory({
      list,
      answer,
      onRequest: async (index) => {
        await jumbled(index);
        if (index === 5) throw new VkTransportError('VK_TIMEOUT', 'silence');
      },
    });
    expect(failure).toMatchObject({ code: 'VK_TIMEOUT' });
    expect(checkpoints.at(-1)?.totals.requests).toBe(requests.length - 1);
  });
});

describe('what no token may ask just now', () => {
  const usedUp = new VkApiError('The daily quota of this method is used up.', {
    vkCode: 29,
    vkClass: 'wait',
    method: 'wall.get',
    retryAfterMs: 5_000,
  });

  test('when it is the list of posts, then what is listed is read to its end, and only then it waits, with everything kept', async () => {
    const wall = wallOf('-1', 110);
    const small = answerFrom([wall]);
    const limited = (read: VkRead): VkReadAnswer =>
      read.kind === 'posts' && read.offset > 0 ? { kind: 'refused', error: usedUp } : small(read);
    const first = await crawlInMemory({ list: ['-1'], answer: limited });
    expect(first.failure).toMatchObject({ code: 'NO_VK_TOKEN', retryAfterMs: 5_000 });
    expect([...first.stored].toSorted()).toEqual(allOf([{ ...wall, posts: wall.posts.slice(0, 100) }]));
    expect(first.requests.flat().filter((read) => read.kind === 'posts' && read.count > 1)).toHaveLength(2);
    const from = first.checkpoints.at(-1);
    const rest = await crawlInMemory({ list: ['-1'], answer: small, ...(from !== undefined && { from }) });
    expect([...new Set([...first.stored, ...rest.stored])].toSorted()).toEqual(allOf([wall]));
    const asked = (reads: readonly VkRead[]) => new Set(reads.flatMap((read) => (read.kind === 'comments' ? [read.postId] : [])));
    const before = asked(first.requests.flat());
    expect([...asked(rest.requests.flat())].filter((postId) => before.has(postId))).toEqual([]);
  });
});

describe('what VK gave no answer to, beside what it answered', () => {
  const silence = new VkTransportError('VK_BAD_ANSWER', 'VK answered with something that is not its API (HTTP 502).', { status: 502 });
  const away = new CircuitOpenError('VK does not serve execute just now.', { retryAfterMs: 2_000, cause: silence });
  const busy = new VkTransportError('VK_BAD_ANSWER', 'Too many requests.', { status: 429, retryAfterMs: 7_000 });
  const wall = wallOf('-1', 20);
  const small = answerFrom([wall]);
  const later = (cause: CircuitOpenError | VkTransportError): VkReadAnswer => {
    const { message, retryAfterMs = 0 } = cause;
    return { kind: 'refused', error: new VkApiError(message, { vkCode: 0, vkClass: 'wait', method: 'execute', retryAfterMs, cause }) };
  };

  test.each([
    ['the circuit opened', away],
    ['a gateway asks to wait', busy],
  ])('when %s, then the job ends with that, the rest is kept, and what is open is asked again', async (_why, cause) => {
    const without = (read: VkRead): VkReadAnswer => (read.kind === 'comments' && read.postId === '15' ? later(cause) : small(read));
    const first = await crawlInMemory({ list: ['-1'], answer: without });
    expect(first.failure).toBe(cause);
    const from = first.checkpoints.at(-1);
    expect(from).toMatchObject({ failures: { total: 0 }, posts: expect.arrayContaining([expect.objectContaining({ postId: '15' })]) });
    const rest = await crawlInMemory({ list: ['-1'], answer: small, ...(from !== undefined && { from }) });
    expect([...new Set([...first.stored, ...rest.stored])].toSorted()).toEqual(allOf([wall]));
  });
});

describe('what is kept of a crawl', () => {
  const bytes = (frontier: Frontier): number => Buffer.byteLength(JSON.stringify(frontier));

  test('when walls and posts are as long as can be, with long threads everywhere, then it stays small', async () => {
    const replies = Array.from({ length: 11 }, (_, index) => index + 1);
    const posts = (count: number): SmallPost[] =>
      Array.from({ length: count }, (_, index) => {
        const id = 9_000_000_000 - index;
        return {
          id,
          threads: Array.from({ length: index % 10 === 3 ? 105 : 1 }, (_unused, root) => ({
            id: id + root * 100,
            replies: replies.map((one) => id + root * 100 + one),
          })),
        };
      });
    const many = Array.from({ length: 45 }, (_, index) => ({
      ownerId: String(-9_000_000_000 - index),
      posts: posts(index === 0 ? 120 : 3),
    }));
    const { checkpoints, end } = await crawlInMemory({ list: many.map(({ ownerId }) => ownerId), answer: answerFrom(many) });
    expect(end).not.toBeNull();
    expect(Math.max(...checkpoints.map(bytes))).toBeLessThan(100_000);
  });

  test('when VK refuses everything, then as many failures are listed as there is room, and all are counted', async () => {
    const posts = Array.from({ length: 1_100 }, (_, index) => ({ ...postOf(1_100 - index, 1), refusal: 212 }));
    const { end, checkpoints } = await crawlInMemory({ list: ['-1'], answer: answerFrom([{ ownerId: '-1', posts }]) });
    expect(end?.failures).toMatchObject({ total: 1_100, reasons: { 212: 'VK says no.' } });
    expect(end?.failures.posts).toHaveLength(1_000);
    expect(Math.max(...checkpoints.map(bytes))).toBeLessThan(100_000);
  });
});
