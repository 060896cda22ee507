import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { DEMO_WALL, SPECIAL_WALLS } from '../population/special-walls.ts';
import { TRAP_POSTS } from '../population/traps.ts';
import { type TestSimulator, startForTest } from '../testing/start-for-test.ts';

let simulator: TestSimulator;
beforeAll(async () => {
  simulator = await startForTest();
});
afterAll(() => simulator.close());

describe('wall.get', () => {
  test('when a wall is read, then the pinned post is first however old, and the others go from new to old', async () => {
    const answer = await simulator.call('wall.get', { domain: 'traps', count: 3 });
    expect(answer).toMatchObject({
      response: {
        count: 19,
        items: [{ id: TRAP_POSTS.pinned, is_pinned: 1 }, { id: TRAP_POSTS.ad, marked_as_ads: 1 }, { id: TRAP_POSTS.repost }],
      },
    });
  });

  test('when offset and count move over the wall, then every post comes exactly once', async () => {
    const seen: unknown[] = [];
    for (let offset = 0; offset < 140; offset += 35)
      seen.push(await simulator.call('wall.get', { owner_id: DEMO_WALL.ownerId, offset, count: 35 }));
    const ids = seen.flatMap((page) => JSON.stringify(page).match(/"id":\d+,"likes"/g) ?? []);
    expect(ids).toHaveLength(132);
    expect(new Set(ids).size).toBe(132);
  });

  test.each([
    [SPECIAL_WALLS.closed, 15],
    [SPECIAL_WALLS.disabled, 15],
    [SPECIAL_WALLS.banned, 18],
    [SPECIAL_WALLS.bannedUser, 18],
    [SPECIAL_WALLS.blocked, 19],
    [SPECIAL_WALLS.privateUser, 30],
  ])('when the wall is %j, then it is refused with %i, by id and by name', async ({ ownerId, screenName }, code) => {
    expect((await simulator.refusal('wall.get', { owner_id: ownerId })).error_code).toBe(code);
    expect((await simulator.refusal('wall.get', { domain: screenName })).error_code).toBe(code);
  });

  test.each([
    [{}, 100],
    [{ domain: 'nobody_has_this' }, 100],
    [{ domain: 'traps', count: 101 }, 100],
    [{ domain: 'traps', offset: -1 }, 100],
    [{ domain: 'traps', filter: 'mine' }, 100],
    [{ domain: 'traps', filter: 'suggests' }, 15],
    [{ domain: 'empty', filter: 'donut' }, 225],
  ])('when asked %j, then it is refused with %i', async (params, code) => {
    expect((await simulator.refusal('wall.get', params)).error_code).toBe(code);
  });

  test('when somebody of the crowd is asked for, then the wall is empty, and refused with 18 once the person is gone', async () => {
    expect(await simulator.call('wall.get', { owner_id: 2_000_101 })).toEqual({ response: { count: 0, items: [] } });
    expect((await simulator.refusal('wall.get', { owner_id: 2_000_102 })).error_code).toBe(18);
  });

  test('when posts are filtered, then owner and others make up all', async () => {
    const count = async (filter: string) =>
      Number(
        /"count":(\d+)/.exec(JSON.stringify(await simulator.call('wall.get', { owner_id: DEMO_WALL.ownerId, filter, count: 0 })))?.[1],
      );
    expect((await count('owner')) + (await count('others'))).toBe(132);
    expect(await count('others')).toBeGreaterThan(0);
  });

  test('when a post is for subscribers, then a placeholder stands instead of the text', async () => {
    const answer = await simulator.call('wall.get', { domain: 'traps', filter: 'donut' });
    expect(answer).toMatchObject({
      response: { count: 1, items: [{ text: '', donut: { is_donut: true, placeholder: { text: 'Запись только для донов' } } }] },
    });
  });
});

describe('wall.getById', () => {
  test('when some posts are unknown or out of reach, then the others come', async () => {
    const posts = `${SPECIAL_WALLS.traps.ownerId}_100,${SPECIAL_WALLS.traps.ownerId}_99999,${SPECIAL_WALLS.closed.ownerId}_1,${SPECIAL_WALLS.user.ownerId}_100_abc`;
    const answer = await simulator.call('wall.getById', { posts });
    expect(answer).toMatchObject({
      response: {
        items: [
          { id: 100, owner_id: SPECIAL_WALLS.traps.ownerId },
          { id: 100, owner_id: SPECIAL_WALLS.user.ownerId },
        ],
      },
    });
  });

  test('when a reference is broken or missing, then it is refused with 100', async () => {
    expect((await simulator.refusal('wall.getById', { posts: 'wall-1_1' })).error_code).toBe(100);
    expect((await simulator.refusal('wall.getById')).error_code).toBe(100);
  });
});

describe('owners', () => {
  test.each([
    ['severorechensk', { type: 'group', object_id: 1_000_001 }],
    ['SeveroRechensk', { type: 'group', object_id: 1_000_001 }],
    ['club1000001', { type: 'group', object_id: 1_000_001 }],
    ['empty', { type: 'page', object_id: 1_000_007 }],
    ['user_wall', { type: 'user', object_id: 2_000_008 }],
    ['id2000008', { type: 'user', object_id: 2_000_008 }],
    ['long_id', { type: 'user', object_id: 922_337_203_685_471 }],
    ['nobody_has_this', []],
    ['id999', []],
  ])('when the name %s is resolved, then it is %j', async (name, expected) => {
    expect(await simulator.call('utils.resolveScreenName', { screen_name: name })).toEqual({ response: expected });
  });

  test('when people are asked for by id and name, then the known ones come, the gone ones as DELETED or banned', async () => {
    const answer = await simulator.call('users.get', { user_ids: '2000102,2000103,user_wall,999' });
    expect(answer).toMatchObject({
      response: [
        { id: 2_000_102, first_name: 'DELETED', deactivated: 'deleted' },
        { id: 2_000_103, deactivated: 'banned' },
        { id: 2_000_008, is_closed: false },
      ],
    });
    expect((await simulator.refusal('users.get', { user_ids: '-1' })).error_code).toBe(113);
  });

  test('when communities are asked for, then their state shows, and fields only when named', async () => {
    const plain = await simulator.call('groups.getById', { group_ids: 'closed,banned,1000001,zzz' });
    expect(plain).toMatchObject({
      response: { groups: [{ is_closed: 1 }, { deactivated: 'banned' }, { screen_name: 'severorechensk' }], profiles: [] },
    });
    expect(JSON.stringify(plain)).not.toContain('members_count');
    expect(await simulator.call('groups.getById', { group_id: 'severorechensk', fields: 'members_count' })).toMatchObject({
      response: { groups: [{ members_count: 48_213 }] },
    });
    expect((await simulator.refusal('groups.getById', { group_id: 'zzz' })).error_code).toBe(125);
    expect((await simulator.refusal('groups.getById')).error_code).toBe(100);
  });
});

describe('traps', () => {
  const read = (trap: keyof typeof TRAP_POSTS) =>
    simulator.comments({
      owner_id: SPECIAL_WALLS.traps.ownerId,
      post_id: TRAP_POSTS[trap] ?? 0,
      count: 100,
      thread_items_count: 10,
      preview_length: 0,
    });

  test('when a comment was deleted, then a stub without author, text and place is left, and its thread lives on', async () => {
    const { items } = await read('deleted');
    expect(Object.keys(items[2] ?? {}).toSorted()).toEqual(['date', 'deleted', 'id', 'parents_stack', 'thread']);
    expect(items[1]).toMatchObject({
      deleted: true,
      thread: { count: 3, items: [{ text: 'Ответ удалённому' }, { deleted: true }, { reply_to_comment: 404 }] },
    });
  });

  test('when comments were removed, then the count still counts them', async () => {
    const { count, items } = await read('overcounted');
    expect([count, items.length]).toEqual([11, 4]);
  });

  test('when two walls are read, then the same ids are on both', async () => {
    const { items } = await simulator.comments({ owner_id: SPECIAL_WALLS.user.ownerId, post_id: 100 });
    expect(items[0]?.id).toBe((await read('pinned')).items[0]?.id);
  });

  test('when texts are hostile, then they come as they were typed', async () => {
    expect((await read('formulas')).items.map(({ text }) => text)).toContain('=1+1');
    expect((await read('markup')).items.map(({ text }) => text)).toContain('<script>alert(1)</script>');
    const odd = (await read('unicode')).items.map(({ text }) => text ?? '');
    expect(odd.some((text) => text.includes('\u0000'))).toBe(true);
    expect(odd.filter((text) => !text.isWellFormed())).toHaveLength(2);
  });

  test('when a comment is nothing but an attachment, then its text is empty', async () => {
    const { items } = await read('attachmentsOnly');
    expect(items.every((item) => item.text === '' && 'attachments' in item)).toBe(true);
  });

  test('when the official account answers, then the author is the wall itself', async () => {
    expect((await read('authors')).items[0]).toMatchObject({ from_id: SPECIAL_WALLS.traps.ownerId, owner_id: SPECIAL_WALLS.traps.ownerId });
  });
});
