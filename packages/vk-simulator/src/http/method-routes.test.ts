import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { startForTest, type TestSimulator } from '../testing/start-for-test.ts';

const traps = { owner_id: -1_000_009, post_id: 100 };

describe('calls', () => {
  let simulator: TestSimulator;
  const clock = { time: 1_000_000 };
  beforeAll(async () => {
    simulator = await startForTest({ requestsPerSecond: 2, now: () => clock.time });
  });
  beforeEach(() => {
    clock.time += 10_000;
  });
  afterAll(() => simulator.close());

  const get = async (query: string, init: RequestInit = {}): Promise<unknown> =>
    (await fetch(`${simulator.url}/method/${query}`, init)).json();

  test('when the token comes in the header or as a parameter, under GET or POST, then it counts', async () => {
    const answer = { response: { type: 'group', object_id: 1_000_009 } };
    const query = 'utils.resolveScreenName?v=5.199&screen_name=traps';
    expect(await get(`${query}&access_token=${simulator.token}`)).toEqual(answer);
    expect(await get(query, { headers: { authorization: `Bearer ${simulator.token}` } })).toEqual(answer);
    clock.time += 1_000;
    const body = new URLSearchParams({ screen_name: 'traps', v: '5.199', access_token: simulator.token });
    expect(await get('utils.resolveScreenName?screen_name=overruled', { method: 'POST', body })).toEqual(answer);
  });

  test('when there is no token or an unknown one, then 5', async () => {
    expect(await get('users.get?v=5.199')).toMatchObject({ error: { error_code: 5 } });
    expect(await get('users.get?v=5.199&access_token=stolen')).toMatchObject({ error: { error_code: 5 } });
  });

  test('when the version is missing or too old, then 8; when the method is unknown, then 3', async () => {
    expect((await simulator.refusal('users.get', { v: '' })).error_code).toBe(8);
    expect((await simulator.refusal('users.get', { v: '3.0' })).error_code).toBe(8);
    expect((await simulator.refusal('wall.getEverything')).error_code).toBe(3);
  });

  test('when the rate is exceeded, then 6, and a second later all is well', async () => {
    await simulator.call('users.get');
    await simulator.call('users.get');
    expect((await simulator.refusal('users.get')).error_code).toBe(6);
    clock.time += 1_000;
    expect(await simulator.call('users.get')).toEqual({ response: [] });
  });

  test('when a call is refused, then the error repeats the request with the token, as VK does', async () => {
    const { request_params: params } = await simulator.refusal('wall.getComments', { ...traps, count: 999 });
    expect(params).toEqual(
      expect.arrayContaining([
        { key: 'method', value: 'wall.getComments' },
        { key: 'count', value: '999' },
        { key: 'access_token', value: simulator.token },
      ]),
    );
  });

  test('when the address is longer than 2 KB, then 414 as a page', async () => {
    const response = await fetch(`${simulator.url}/method/users.get?user_ids=${'1,'.repeat(1_100)}`);
    expect(response.status).toBe(414);
    expect(response.headers.get('content-type')).toContain('text/html');
  });
});
