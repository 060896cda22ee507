import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type LogFields, type Logger, type Metrics, createMetrics, silentLogger, systemClock } from '@otklik/shared';
import { waitFor } from '@otklik/testing';
import { type SimulatorClient, type VkSimulator, createSimulatorClient, startVkSimulator } from '@otklik/vk-simulator';
import { z } from 'zod';
import { startAnswering } from './testing/answering-server.ts';
import { type VkClient, type VkClientOptions, createVkClient } from './vk-client.ts';

const { signal } = new AbortController();
const users = { method: 'users.get' as const, params: { user_ids: '2000101' }, answer: z.array(z.object({ id: z.int() })), signal };
const groups = { method: 'groups.getById' as const, params: { group_id: 'traps' }, answer: z.unknown(), signal };

describe('when VK does not serve a method', () => {
  let server: VkSimulator;
  let simulator: SimulatorClient;
  let client: VkClient;
  let metrics: Metrics;
  let lines: (LogFields & { readonly message: string })[];

  const connect = (more: Partial<VkClientOptions> = {}): void => {
    const write = (message: string, fields: LogFields = {}): void => void lines.push({ ...fields, message });
    const logger: Logger = { debug: write, info: write, warn: write, error: write };
    const token = { baseUrl: server.url, token: server.token, tokenKind: 'user', requestsPerSecond: 1_000 } as const;
    client = createVkClient({ ...token, clock: systemClock, logger, metrics, circuit: { openMs: 30_000 }, ...more });
  };
  beforeEach(async () => {
    lines = [];
    server = await startVkSimulator({ port: 0, seed: 1, requestsPerSecond: 10_000, token: 'secret-token' });
    simulator = createSimulatorClient(server.url);
    metrics = createMetrics({ service: 'test', version: '1', logger: silentLogger });
    connect();
  });
  afterEach(async () => {
    await client.close();
    await server.close();
  });

  const end = (call: Promise<unknown> = client.call(users)): Promise<unknown> => call.catch((thrown: unknown) => thrown);
  const breakUsers = (): Promise<unknown> =>
    simulator.control({ do: 'fail', method: 'users.get', with: { kind: 'html', status: 502 }, times: 1_000_000 });
  const requests = async (): Promise<number> => (await simulator.log()).length;
  const circuitLines = (): readonly string[] => lines.map(({ message }) => message).filter((message) => message.startsWith('VK circuit'));
  const untilHalfOpen = () => waitFor(() => circuitLines().at(-1) === 'VK circuit half-open', { what: 'the time of the probe' });

  test('then the call that finds it out is told as held back, and so are all others, without asking VK', async () => {
    await breakUsers();
    const heldBack = {
      code: 'CIRCUIT_OPEN',
      retryable: true,
      message: expect.stringMatching(/^VK does not serve users\.get just now\. .*\(HTTP 502\)/),
    };
    expect(await end()).toMatchObject(heldBack);
    expect(await requests()).toBe(3);
    const refused = await end();
    expect(refused).toMatchObject(heldBack);
    expect(refused instanceof Error && 'retryAfterMs' in refused && refused.retryAfterMs).toBeGreaterThan(10_000);
    expect(await requests()).toBe(3);
  });

  test('to one call, but to others meanwhile, then that call fails with its own fault', async () => {
    await simulator.control({ do: 'fail', method: 'users.get', params: { user_ids: '1' }, with: { kind: 'reset' }, times: 3 });
    let isOver = false;
    const failing = end(client.call({ ...users, params: { user_ids: '1' } })).finally(() => (isOver = true));
    const goOn = async (): Promise<void> => {
      while (!isOver) await client.call(users);
    };
    await Promise.all(Array.from({ length: 8 }, goOn));
    expect(await failing).toMatchObject({ code: 'VK_UNREACHABLE' });
    expect(circuitLines()).toEqual([]);
  });

  test('for a moment, then calls that came meanwhile are made after it instead of being refused', async () => {
    await client.close();
    connect({ tries: 1, circuit: { openMs: 300 } });
    await simulator.control({ do: 'fail', with: { kind: 'reset' } });
    await end();
    await expect(client.call(users)).resolves.toHaveLength(1);
    expect(circuitLines()).toEqual(['open', 'half-open', 'closed'].map((state) => `VK circuit ${state}`));
  });

  test('then other methods are served', async () => {
    await breakUsers();
    await Promise.all([end(), end(), end()]);
    await expect(client.call(groups)).resolves.toBeDefined();
  });

  test('then one request at a time looks whether it is back, and when it is, then everybody is served', async () => {
    await client.close();
    connect({ tries: 1, circuit: { openMs: 500, maxOpenMs: 500 } });
    await breakUsers();
    await end();
    await untilHalfOpen();
    const before = await requests();
    await Promise.all(Array.from({ length: 10 }, () => end()));
    expect(await requests()).toBe(before + 1);

    await simulator.control({ do: 'resetRules' });
    await untilHalfOpen();
    await expect(client.call(users)).resolves.toHaveLength(1);
    await expect(Promise.all([client.call(users), client.call(users)])).resolves.toHaveLength(2);
    expect(circuitLines()).toEqual(['open', 'half-open', 'open', 'half-open', 'closed'].map((state) => `VK circuit ${state}`));
  });

  test('then log and metrics tell it, by method and kind of token, and never the token', async () => {
    await breakUsers();
    await Promise.all([end(), end(), end()]);
    await end();
    expect(lines.find(({ message }) => message === 'VK circuit open')).toMatchObject({
      method: 'users.get',
      tokenKind: 'user',
      retryAfterMs: expect.any(Number),
      faults: { bad_answer: expect.any(Number) },
    });
    const { text } = await metrics.expose();
    const labels = 'method="users.get",token_kind="user"';
    expect(text).toContain(`otklik_vk_breaker_state{${labels},state="open"} 1`);
    expect(text).toContain(`otklik_vk_breaker_state{${labels},state="closed"} 0`);
    expect(text).toContain('otklik_vk_breaker_state{method="wall.get",token_kind="user",state="closed"} 1');
    expect(text).toContain(`otklik_vk_breaker_transitions_total{${labels},to="open"} 1`);
    expect(text).toMatch(/otklik_vk_requests_total\{method="users.get",outcome="bad_answer"\} [3-9]/);
    expect(text).toMatch(/otklik_vk_requests_total\{method="users.get",outcome="circuit_open"\} [1-9]/);
    expect(text).toMatch(/otklik_vk_request_duration_seconds_count\{method="users.get"\} [3-9]/);
    expect(JSON.stringify(lines) + text).not.toContain('secret-token');
  });

  test.each([9, 13, 14, 15, 29, 212])('but only refuses (error %i), then it is asked again and again', async (code) => {
    await simulator.control({ do: 'fail', with: { kind: 'error', code }, times: 30 });
    for (let count = 0; count < 30; count += 1) expect(await end()).toMatchObject({ code: 'VK_API', vkCode: code });
    expect(await requests()).toBe(30);
    expect(circuitLines()).toEqual([]);
  });

  test('but a gateway asks to slow down (HTTP 429), then each call is made once and told how long to wait', async () => {
    const gateway = await startAnswering((_req, res) => void res.writeHead(429, { 'retry-after': '7' }).end('<html/>'));
    await client.close();
    connect({ baseUrl: gateway.url });
    for (let count = 0; count < 20; count += 1) expect(await end()).toMatchObject({ code: 'VK_BAD_ANSWER', retryAfterMs: 7_000 });
    expect(gateway.requests()).toBe(20);
    expect(circuitLines()).toEqual([]);
    await gateway.close();
  });

  test('but has an answer whose shape is new, then it is asked again and again', async () => {
    const strange = { ...users, answer: z.array(z.object({ first_name: z.int() })) };
    await Promise.all(Array.from({ length: 5 }, () => end(client.call(strange))));
    expect(await requests()).toBe(15);
    expect(circuitLines()).toEqual([]);
  });

  test('because it is unwell inside (error 10) most of the time, then it is held back as well', async () => {
    await simulator.control({ do: 'fail', with: { kind: 'error', code: 10 }, times: 1_000_000 });
    const ends = await Promise.all(Array.from({ length: 4 }, () => end()));
    expect(ends).toContainEqual(expect.objectContaining({ code: 'CIRCUIT_OPEN', message: expect.stringContaining('VK error 10') }));
    expect(await requests()).toBeLessThan(12);
  });
});
