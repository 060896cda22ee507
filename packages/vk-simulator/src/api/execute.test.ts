import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { SPECIAL_WALLS } from '../population/special-walls.ts';
import { TRAP_POSTS } from '../population/traps.ts';
import { type TestSimulator, startForTest } from '../testing/start-for-test.ts';

const { ownerId } = SPECIAL_WALLS.traps;
const comments = (post: number) => `API.wall.getComments({"owner_id":${ownerId},"post_id":${post},"count":100})`;
const Answered = z.object({ response: z.unknown() });
const DAY = 86_400_000;

describe('execute', () => {
  let simulator: TestSimulator;
  const clock = { time: 20_000 * DAY };
  beforeEach(async () => {
    simulator = await startForTest({ now: () => clock.time });
  });
  afterEach(() => simulator.close());

  const execute = (code: string, token = simulator.token) => simulator.call('execute', { code }, token);
  const addToken = (options: object) => simulator.client.control({ do: 'addToken', token: 'other', requestsPerSecond: 1_000, ...options });

  test('when calls of several kinds come, then each answers as it does alone, and what failed is false', async () => {
    const code = `return [${comments(TRAP_POSTS.mentions)},API.wall.get({owner_id:${SPECIAL_WALLS.closed.ownerId}}),${comments(TRAP_POSTS.closed)},API.no.such()];`;
    const { response: alone } = Answered.parse(
      await simulator.call('wall.getComments', { owner_id: ownerId, post_id: TRAP_POSTS.mentions, count: 100 }),
    );
    expect(await execute(code)).toEqual({
      response: [alone, false, false, false],
      execute_errors: [
        { method: 'wall.get', error_code: 15, error_msg: 'Access denied: this wall available only for community members' },
        { method: 'wall.getComments', error_code: 212, error_msg: 'Access to post comments denied' },
        { method: 'no.such', error_code: 3, error_msg: 'Unknown method passed' },
      ],
    });
  });

  test('when everything goes well, then there is no list of errors; a GET does as well as a POST', async () => {
    const query = new URLSearchParams({ v: '5.199', code: 'return 1;', access_token: simulator.token });
    const answer = await (await fetch(`${simulator.url}/method/execute?${query}`)).json();
    expect(answer).toEqual({ response: 1 });
  });

  test('when one call needs the answer of another, then it gets it', async () => {
    const { items } = await simulator.comments({ owner_id: ownerId, post_id: TRAP_POSTS.mentions });
    const code = `var page = ${comments(TRAP_POSTS.mentions)}; return API.users.get({user_ids: page.items[0].from_id});`;
    expect(await execute(code)).toMatchObject({ response: [{ id: items[0]?.from_id }] });
  });

  test('when the script is missing, wrong, too greedy or its answer too large, then 100, 12 and 13', async () => {
    const whole = `API.wall.getComments({owner_id:${SPECIAL_WALLS.pages.ownerId},post_id:1,count:100,preview_length:0})`;
    const many = (call: string, count: number) => `return [${Array.from({ length: count }, () => call).join()}];`;
    expect(await simulator.refusal('execute')).toMatchObject({ error_code: 100 });
    expect(await simulator.refusal('execute', { code: 'return' })).toMatchObject({ error_code: 12 });
    expect(await simulator.refusal('execute', { code: many('API.users.get()', 26) })).toMatchObject({ error_code: 13 });
    const fat = `var a = ${whole}; return [${many('a', 200).slice(7, -1)}];`;
    expect((await simulator.refusal('execute', { code: fat })).error_msg).toBe(
      'Runtime error occurred during code invocation: response size is too big',
    );
  });

  test('when its calls are many, then they count for the day of their method, and not for the rate', async () => {
    await addToken({ requestsPerSecond: 1, kind: 'user', dailyCaps: { 'users.get': 3 } });
    expect(await execute('return [API.users.get(),API.users.get()];', 'other')).toEqual({ response: [[], []] });
    clock.time += 1_000;
    expect(await execute('return [API.users.get(),API.users.get()];', 'other')).toEqual({
      response: [[], false],
      execute_errors: [{ method: 'users.get', error_code: 29, error_msg: 'Rate limit reached' }],
    });
    clock.time += 1_000;
    expect(await simulator.refusal('users.get', {}, 'other')).toMatchObject({ error_code: 29 });
    clock.time += DAY;
    expect(await execute('return API.users.get();', 'other')).toEqual({ response: [] });
  });

  test.each([
    {
      kind: 'service',
      method: 'wall.getComment',
      code: 28,
      message: 'Application authorization failed: method is unavailable with service token.',
    },
    { kind: 'community', method: 'wall.get', code: 27, message: 'Group authorization failed: method is unavailable with group auth.' },
    { kind: 'user', method: 'wall.getById', code: 3, message: 'Unknown method passed' },
  ])('when a $kind token may not call $method, then $code says so, alone and inside', async ({ kind, method, code, message }) => {
    await addToken({ kind, refuses: { 'wall.getById': 3 } });
    expect(await simulator.refusal(method, {}, 'other')).toMatchObject({ error_code: code, error_msg: message });
    const errors = [{ method, error_code: code, error_msg: message }];
    expect(await execute(`return API.${method}({});`, 'other')).toEqual({ response: false, execute_errors: errors });
  });

  test('when a token may not execute, then it may do the rest', async () => {
    await addToken({ mayExecute: false });
    expect(await simulator.refusal('execute', { code: 'return 1;' }, 'other')).toMatchObject({ error_code: 28 });
    expect(await simulator.call('users.get', {}, 'other')).toEqual({ response: [] });
  });

  test('when an error is scripted for a method, then a call inside fails as well, and execute itself does not', async () => {
    await simulator.client.control({ do: 'fail', with: { kind: 'error', code: 10 }, method: 'users.get', after: 1 });
    expect(await execute('return [API.users.get(),API.users.get(),API.users.get()];')).toEqual({
      response: [[], false, []],
      execute_errors: [{ method: 'users.get', error_code: 10, error_msg: 'Internal server error' }],
    });
    await simulator.client.control({ do: 'fail', with: { kind: 'error', code: 10 } });
    expect(await simulator.refusal('execute', { code: 'return API.users.get();' })).toMatchObject({ error_code: 10 });
  });

  test('when the log is read, then calls inside stand behind their request and name it', async () => {
    await execute(`return [API.users.get({user_ids:1}),${comments(TRAP_POSTS.closed)}];`);
    await simulator.call('users.get');
    expect(await simulator.client.log()).toEqual([
      expect.objectContaining({ seq: 1, method: 'execute', outcome: 'ok' }),
      { seq: 2, method: 'users.get', params: { user_ids: '1' }, time: clock.time, outcome: 'ok', within: 1 },
      expect.objectContaining({ seq: 3, method: 'wall.getComments', outcome: 212, within: 1 }),
      expect.objectContaining({ seq: 4, method: 'users.get' }),
    ]);
  });
});
