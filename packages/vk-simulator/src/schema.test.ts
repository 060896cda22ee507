import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Ajv2019 } from 'ajv/dist/2019.js';
import { DEMO_WALL, SPECIAL_WALLS } from './population/special-walls.ts';
import { randomPopulation } from './population/random-world/random-population.ts';
import { TRAP_POSTS } from './population/traps.ts';
import { type Params, type TestSimulator, startForTest } from './testing/start-for-test.ts';
import { hasVkSchema, loadVkSchema } from './testing/vk-schema.ts';

const SEED = 3;
const walls = [DEMO_WALL, ...Object.values(SPECIAL_WALLS)];

(hasVkSchema ? describe : describe.skip)('answers and the public schema 5.199', () => {
  let simulator: TestSimulator;
  let faultsOf: (method: string, answer: unknown, isExtended?: boolean) => unknown;

  beforeAll(async () => {
    simulator = await startForTest();
    const schemas = loadVkSchema();
    const ajv = new Ajv2019({ strict: false, allErrors: true });
    const validators = new Map<string, ReturnType<typeof ajv.compile>>();
    faultsOf = (method, answer, isExtended = false) => {
      const key = `${method} ${isExtended ? 'extendedResponse' : 'response'}`;
      const validate = validators.get(key) ?? ajv.compile(schemas.get(key) ?? false);
      validators.set(key, validate);
      return validate(answer) ? [] : validate.errors;
    };
  });
  afterAll(() => simulator.close());

  const check = async (method: string, params: Params, token?: string): Promise<void> => {
    expect(faultsOf(method, await simulator.call(method, params, token))).toEqual([]);
    if (!method.startsWith('wall.')) return;
    const fields = 'city,verified,members_count,description,photo_200,domain';
    expect(faultsOf(method, await simulator.call(method, { ...params, extended: 1, fields }, token), true)).toEqual([]);
  };

  test('when an answer is bent, then the schema notices', async () => {
    expect(faultsOf('wall.get', { response: { count: 1, items: [{ inner_type: 'wall_wallpost', invented: 1 }] } })).not.toEqual([]);
    expect(faultsOf('wall.getComments', { response: { count: 1, items: [{ id: 1, date: 1, text: '' }] } })).not.toEqual([]);
    expect(faultsOf('wall.getComments', { response: { count: 1, items: [{ id: 1, date: 1, deleted: true, text: '' }] } })).not.toEqual([]);
  });

  test('when posts and comments of every readable wall are asked for, then every answer fits', async () => {
    // Walls of a random world are one more kind of what VK can answer.
    await simulator.client.control({ do: 'addPopulation', seed: SEED });
    for (const { ownerId } of [...walls, ...randomPopulation(SEED).overview]) {
      const { posts, refusal } = await simulator.client.truth(ownerId);
      if (posts.length === 0 || refusal !== null) continue;
      await check('wall.get', { owner_id: ownerId, count: 100 });
      await check('wall.getById', {
        posts: posts
          .slice(0, 100)
          .map(({ id }) => `${ownerId}_${id}`)
          .join(','),
      });
      for (const { id, refusal: why } of posts) {
        if (why !== null) continue;
        await check('wall.getComments', {
          owner_id: ownerId,
          post_id: id,
          count: 100,
          need_likes: 1,
          thread_items_count: 10,
          preview_length: 0,
        });
      }
    }
  });

  test('when replies of a thread are asked for, then the answer fits', async () => {
    const { comments } = await simulator.client.truth(DEMO_WALL.ownerId);
    const root = comments.find(({ rootId }) => rootId !== null)?.rootId ?? 0;
    await check('wall.getComments', { owner_id: DEMO_WALL.ownerId, comment_id: root, count: 100, need_likes: 1 });
  });

  test('when one comment, or likes, are asked for, then the answer fits', async () => {
    await simulator.client.control({ do: 'addToken', token: 'user', requestsPerSecond: 1_000, kind: 'user' });
    const { ownerId } = SPECIAL_WALLS.traps;
    const { items } = await simulator.comments({ owner_id: ownerId, post_id: TRAP_POSTS.authors });
    for (const { id } of items) await check('wall.getComment', { owner_id: ownerId, comment_id: id }, 'user');
    await check('likes.getList', { type: 'post', owner_id: ownerId, item_id: TRAP_POSTS.authors });
  });

  test('when owners are asked for, then every answer fits', async () => {
    const { comments } = await simulator.client.truth(DEMO_WALL.ownerId);
    const authors = [...new Set(comments.map(({ fromId }) => fromId ?? 1))].filter((id) => id > 0).slice(0, 900);
    await check('users.get', {
      user_ids: authors.join(','),
      fields: 'sex,city,screen_name,domain,verified,followers_count,photo_50,has_photo,online',
    });
    for (const { screenName, ownerId } of walls) {
      await check('utils.resolveScreenName', { screen_name: screenName });
      if (ownerId < 0)
        await check('groups.getById', { group_id: screenName, fields: 'members_count,description,status,site,activity,verified' });
    }
  });
});
