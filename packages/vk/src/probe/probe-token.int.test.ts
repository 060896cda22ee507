import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createManualClock, systemClock } from '@otklik/shared';
import { DEMO_WALL, type SimulatorClient, type VkSimulator, createSimulatorClient, startVkSimulator } from '@otklik/vk-simulator';
import { makeProbeVkToken } from './make-probe-token.ts';
import type { VkTokenProbe } from './token-probe.ts';

/** Pauses take no time: VK's own limits are wide here. */
const clock = { ...createManualClock(), sleep: async (): Promise<void> => undefined };

describe('the probe of a token', () => {
  let server: VkSimulator;
  let simulator: SimulatorClient;
  beforeAll(async () => {
    server = await startVkSimulator({ port: 0, seed: 1 });
    simulator = createSimulatorClient(server.url);
  });
  afterAll(() => server.close());

  const signal = new AbortController().signal;
  const probe = (token: string, { wall = DEMO_WALL.screenName, requestsPerSecond = 3, baseUrl = server.url } = {}): Promise<VkTokenProbe> =>
    makeProbeVkToken({ baseUrl, wall, clock, timeoutMs: 5_000 })({ token, requestsPerSecond, signal });
  const add = async (token: string, more: object = {}): Promise<string> => {
    await simulator.control({ do: 'addToken', token, requestsPerSecond: 1_000, ...more });
    return token;
  };
  const mayOf = ({ methods }: VkTokenProbe): Readonly<Record<string, string>> =>
    Object.fromEntries(methods.map(({ method, may }) => [method, may]));
  const ALL = ['users.get', 'utils.resolveScreenName', 'groups.getById', 'wall.get', 'wall.getById', 'wall.getComments'];
  const needed = (may: string) => Object.fromEntries(ALL.map((method) => [method, may]));

  test('when it is a service key, then it can collect in batches, and that took no more than 15 requests, each counted', async () => {
    const found = await probe(await add('service'));
    expect(found).toMatchObject({ verdict: 'ready', kind: 'service', mayExecute: true, vkCode: null, address: 'no_sign' });
    expect(mayOf(found)).toEqual({ ...needed('yes'), 'wall.getComment': 'no', execute: 'yes' });
    expect(found.methods.find(({ may }) => may === 'no')?.detail).toBe('The method is not open to service keys.');
    expect(found.rate).toEqual({ configured: 3, atOnce: 3, refused: 0, detail: expect.any(String) });
    expect(found.requests).toBe(11);
    expect(Object.values(found.calls).reduce((sum, calls) => sum + calls, 0)).toBe(11);
  });

  test('when it is a token of a person, then that is seen; when it may not execute, then that too', async () => {
    const found = await probe(await add('person', { kind: 'user', mayExecute: false }));
    expect(found).toMatchObject({
      verdict: 'ready',
      kind: 'user',
      mayExecute: false,
      summary: expect.stringContaining('one call at a time'),
    });
  });

  test('when it is a token of a community, then it is of no use for walls', async () => {
    const found = await probe(await add('community', { kind: 'community' }));
    expect(found).toMatchObject({ verdict: 'invalid', kind: 'community', vkCode: 27, summary: expect.stringContaining('wall.get') });
    expect(mayOf(found)).toMatchObject({ 'users.get': 'yes', 'wall.get': 'no', 'wall.getById': 'no', 'wall.getComments': 'no' });
  });

  test.each([
    ['revoked', { verdict: 'invalid', vkCode: 5, address: 'no_sign' }],
    ['otherAddress', { verdict: 'invalid', vkCode: 5, address: 'bound', summary: expect.stringContaining('another IP address') }],
    ['expired', { verdict: 'invalid', vkCode: 1117 }],
    ['captcha', { verdict: 'parked', vkCode: 14 }],
    ['validation', { verdict: 'parked', vkCode: 17 }],
  ] as const)('when it is %s, then that is said after one request, and nothing else is tried', async (state, expected) => {
    const token = await add(`of ${state}`.replace(' ', '-'));
    await simulator.control({ do: 'tokenState', token, state });
    const found = await probe(token);
    expect(found).toMatchObject({ ...expected, requests: 1, rate: { atOnce: null } });
    expect(found.methods.slice(1).every(({ may }) => may === 'not_tried')).toBe(true);
  });

  test.each([
    [3, 'invalid'],
    [7, 'invalid'],
    [15, 'invalid'],
    [29, 'limited'],
    [9, 'limited'],
    [10, 'unknown'],
  ])('when VK answers wall.getComments with %i, then the verdict is %s and names the method', async (code, verdict) => {
    const found = await probe(await add(`refused-${code}`, { refuses: { 'wall.getComments': code } }));
    expect(found).toMatchObject({ verdict, vkCode: code, summary: expect.stringContaining('wall.getComments') });
  });

  /** A probe that takes its turns among those of others, what it asked for, and how often it said that a request was under way. */
  const inTurn = (baseUrl: string) => {
    const turns: string[] = [];
    let starts = 0;
    const turn = async (key: string, { perSecond }: { readonly perSecond: number }) => {
      turns.push(`${key} ${perSecond}`);
      return { started: () => void (starts += 1), giveBack: () => undefined };
    };
    const probeInTurn = makeProbeVkToken({ baseUrl, wall: DEMO_WALL.screenName, clock, pacing: { turn } });
    return { probeInTurn, turns, starts: () => starts };
  };

  test('when others collect with the token, then each request takes its turn among theirs', async () => {
    const { probeInTurn, turns, starts } = inTurn(server.url);
    const found = await probeInTurn({ token: await add('busy'), fingerprint: 'f', requestsPerSecond: 3, signal });
    expect(found).toMatchObject({ verdict: 'ready', requests: 11, rate: { atOnce: 3, refused: 0 } });
    expect(turns).toEqual(Array.from({ length: 11 }, () => 'f 3'));
    expect(starts()).toBe(11);
  });

  test('when a request was never written to a connection, then it does not count as started', async () => {
    const { probeInTurn, turns, starts } = inTurn('http://127.0.0.1:1');
    await probeInTurn({ token: 'any', fingerprint: 'f', requestsPerSecond: 3, signal });
    expect([turns.length, starts()]).toEqual([2, 0]);
  });

  test('when VK takes fewer at once than it is used with, then that is said', async () => {
    const found = await probe(await add('slow', { requestsPerSecond: 11 }), { requestsPerSecond: 5 });
    expect(found.rate).toMatchObject({ configured: 5, atOnce: 5, refused: 2, detail: expect.stringContaining('2 of 5') });
  });

  test('when as many at once as it is used with are more than a probe may send, then that is not tried', async () => {
    const found = await probe(await add('fast'), { requestsPerSecond: 20 });
    expect([found.rate.atOnce, found.rate.detail, found.requests]).toEqual([null, expect.stringContaining('not found out'), 8]);
  });

  test('when others use it up at the same time, then it is asked again, and never more than 15 times', async () => {
    const token = await add('busy', { requestsPerSecond: 1 });
    const found = await probe(token);
    expect(found.requests).toBeLessThanOrEqual(15);
    expect(found.verdict).toBe('unknown');
  });

  test('when VK can not be reached, then it stops after two requests and says so, and nothing is known', async () => {
    const found = await probe('any', { baseUrl: 'http://127.0.0.1:1' });
    expect(found).toMatchObject({ verdict: 'unknown', vkCode: null, kind: null, mayExecute: null, rate: { atOnce: null, refused: null } });
    expect(found.requests).toBe(2);
    expect(found.summary).toMatch(/^VK was not reached: 2 requests got no answer, so nothing else was tried\. ./);
    expect(found.methods.map(({ may }) => may)).toEqual(['unknown', 'unknown', ...Array.from({ length: 6 }, () => 'not_tried')]);
  });

  test('when a single answer is lost, then the rest is tried all the same', async () => {
    await simulator.control({ do: 'fail', method: 'users.get', with: { kind: 'reset' } });
    const found = await probe(await add('unlucky'));
    expect(mayOf(found)).toMatchObject({ 'users.get': 'unknown', 'wall.get': 'yes', execute: 'yes' });
    expect(found.requests).toBe(11);
  });

  test('when the caller goes away, then it ends', async () => {
    const gone = AbortSignal.abort(new Error('gone'));
    const probing = makeProbeVkToken({ baseUrl: server.url, wall: 'x', clock: systemClock })({
      token: 'x',
      requestsPerSecond: 1,
      signal: gone,
    });
    await expect(probing).rejects.toThrow('gone');
  });
});
