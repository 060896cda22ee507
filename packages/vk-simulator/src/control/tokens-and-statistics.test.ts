import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { fingerprintOf } from '../statistics/request-statistics.ts';
import { type TestSimulator, startForTest } from '../testing/start-for-test.ts';

describe('tokens', () => {
  let simulator: TestSimulator;
  const clock = { time: 0 };
  beforeEach(async () => {
    clock.time = 1_800_000_000_000;
    simulator = await startForTest({ now: () => clock.time, requestsPerSecond: 2 });
  });
  afterEach(() => simulator.close());

  const state = (rest: {
    state: 'active' | 'revoked' | 'expired' | 'otherAddress' | 'captcha' | 'validation' | 'flood';
    method?: string;
    forMs?: number;
  }) => simulator.client.control({ do: 'tokenState', token: simulator.token, ...rest });

  test.each([
    ['revoked', { error_code: 5, error_msg: 'User authorization failed: user revoke access for this token.' }],
    ['expired', { error_code: 1117, error_msg: 'Access token has expired' }],
    ['otherAddress', { error_code: 5, error_msg: 'User authorization failed: access_token was given to another ip address.' }],
    ['captcha', { error_code: 14, captcha_sid: expect.any(String), captcha_img: expect.any(String), redirect_uri: expect.any(String) }],
    ['validation', { error_code: 17, redirect_uri: expect.any(String) }],
    ['flood', { error_code: 9 }],
  ] as const)('when a token is %s, then every request says so until it is active again', async (name, error) => {
    await state({ state: name });
    expect(await simulator.call('users.get')).toMatchObject({ error });
    expect(await simulator.call('execute', { code: 'return 1;' })).toMatchObject({ error });
    await state({ state: 'active' });
    expect(await simulator.call('users.get')).toEqual({ response: [] });
  });

  test('when one method is flooded for a time, then only it is refused, inside execute too, and only so long', async () => {
    await state({ state: 'flood', method: 'users.get', forMs: 5_000 });
    expect((await simulator.refusal('users.get')).error_code).toBe(9);
    expect(await simulator.call('execute', { code: 'return API.users.get();' })).toMatchObject({ execute_errors: [{ error_code: 9 }] });
    clock.time += 5_000;
    expect(await simulator.call('users.get')).toEqual({ response: [] });
  });

  test('when the state of a token is set that nobody knows, then the client says so', async () => {
    await expect(simulator.client.control({ do: 'tokenState', token: 'nobody', state: 'expired' })).rejects.toThrow('no such token');
  });

  test('when requests are counted, then arrived, started, refused and calls inside are told apart, by token and second', async () => {
    await simulator.client.control({ do: 'addToken', token: 'other', requestsPerSecond: 10 });
    for (let request = 0; request < 3; request += 1) await simulator.call('users.get');
    clock.time += 1_000;
    const code = 'return [API.users.get(),API.wall.get({owner_id:-1})];';
    await simulator.call('execute', { code }, 'other');
    await simulator.client.control({ do: 'fail', with: { kind: 'html' } });
    await fetch(`${simulator.url}/method/users.get?v=5.199&access_token=other`);

    const { total, tokens } = await simulator.client.stats();
    expect(tokens).toEqual([
      {
        fingerprint: fingerprintOf(simulator.token),
        arrived: 3,
        started: 2,
        refused: { 6: 1 },
        faults: {},
        methods: { 'users.get': { requests: 3, innerCalls: 0, innerRefused: {} } },
      },
      {
        fingerprint: fingerprintOf('other'),
        arrived: 2,
        started: 2,
        refused: {},
        faults: { html: 1 },
        methods: {
          execute: { requests: 1, innerCalls: 0, innerRefused: {} },
          'users.get': { requests: 1, innerCalls: 1, innerRefused: {} },
          'wall.get': { requests: 0, innerCalls: 1, innerRefused: { 100: 1 } },
        },
      },
    ]);
    expect(total).toMatchObject({ arrived: 5, started: 4, refused: { 6: 1 }, methods: { 'users.get': { requests: 4, innerCalls: 1 } } });
    expect((await simulator.client.stats({ since: clock.time })).total).toMatchObject({ arrived: 2, refused: {} });
    expect((await simulator.client.stats({ until: clock.time })).total).toMatchObject({ arrived: 3, faults: {} });
    await simulator.client.control({ do: 'resetLog' });
    expect((await simulator.client.stats()).total.arrived).toBe(0);
  });

  test('when the log shall keep fewer calls or none, then it does, and the statistics count on', async () => {
    await simulator.client.control({ do: 'addToken', token: 'other', requestsPerSecond: 100 });
    const callTimes = async (times: number) => {
      for (let call = 0; call < times; call += 1) await simulator.call('users.get', {}, 'other');
    };
    await simulator.client.control({ do: 'keepLog', entries: 2 });
    await callTimes(5);
    expect((await simulator.client.log()).map(({ seq }) => seq)).toEqual([4, 5]);
    await simulator.client.control({ do: 'keepLog', entries: 0 });
    await callTimes(1);
    expect(await simulator.client.log()).toEqual([]);
    expect((await simulator.client.stats()).total.arrived).toBe(6);
  });
});
