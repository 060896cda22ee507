import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type Logger, systemClock } from '@otklik/shared';
import { type SimulatorClient, type VkSimulator, createSimulatorClient, startVkSimulator } from '@otklik/vk-simulator';
import { z } from 'zod';
import { type VkClient, type VkClientOptions, createVkClient } from './vk-client.ts';

const never = new AbortController().signal;
const WITHOUT_CIRCUIT = { circuit: { failuresInARow: 100 } };
const users = { method: 'users.get' as const, params: { user_ids: '2000101' }, answer: z.array(z.object({ id: z.int() })), signal: never };

describe('calling VK', () => {
  let server: VkSimulator;
  let simulator: SimulatorClient;
  let client: VkClient;
  let lines: unknown[];

  const connect = (more: Partial<VkClientOptions> = {}): VkClient => {
    const write = (message: string, fields = {}): void => void lines.push({ message, ...fields });
    const logger: Logger = { debug: write, info: write, warn: write, error: write };
    return createVkClient({ baseUrl: server.url, token: server.token, requestsPerSecond: 1_000, clock: systemClock, logger, ...more });
  };

  beforeEach(async () => {
    lines = [];
    server = await startVkSimulator({ port: 0, seed: 1, requestsPerSecond: 10_000 });
    simulator = createSimulatorClient(server.url);
    client = connect();
  });
  afterEach(async () => {
    await client.close();
    await server.close();
  });

  const outcomes = async () => (await simulator.log()).map(({ outcome }) => outcome);

  test('when VK says "too many requests per second" more often than faults are tried again, then the call still succeeds', async () => {
    await simulator.control({ do: 'addToken', token: 'slow', requestsPerSecond: 1 });
    await client.close();
    client = connect({ token: 'slow' });
    await Promise.all([client.call(users), client.call(users)]);
    expect(await outcomes()).toEqual(expect.arrayContaining(['ok', 6, 'ok']));
  });

  test.each([
    ['an unknown error of VK', { kind: 'error', code: 1 }],
    ['a page of a gateway', { kind: 'html', status: 502 }],
    ['a broken connection', { kind: 'reset' }],
    ['an answer cut in the middle', { kind: 'truncated' }],
  ] as const)('when %s comes twice, then the third try counts', async (_what, fault) => {
    await simulator.control({ do: 'fail', with: fault, times: 2 });
    await expect(client.call(users)).resolves.toEqual([{ id: 2_000_101 }]);
    expect(await outcomes()).toHaveLength(3);
  });

  test('when a fault does not pass, then its kind is told after three tries', async () => {
    await client.close();
    client = connect(WITHOUT_CIRCUIT);
    await simulator.control({ do: 'fail', with: { kind: 'html', status: 502 }, times: 3 });
    await expect(client.call(users)).rejects.toMatchObject({
      code: 'VK_BAD_ANSWER',
      retryable: true,
      message: expect.stringContaining('502'),
    });
    await simulator.control({ do: 'fail', with: { kind: 'reset' }, times: 3 });
    await expect(client.call(users)).rejects.toMatchObject({
      code: 'VK_UNREACHABLE',
      retryable: true,
      message: expect.stringMatching(/\([A-Z_]+\)/),
    });
  });

  test('when VK does not answer, then the call ends at its limit and its connection with it', async () => {
    await client.close();
    client = connect({ timeoutMs: 150, tries: 1, ...WITHOUT_CIRCUIT });
    await simulator.control({ do: 'fail', with: { kind: 'hang' } });
    await expect(client.call(users)).rejects.toMatchObject({ code: 'VK_TIMEOUT', retryable: true });
  });

  test('when the job ends, then the call ends with the reason of the job', async () => {
    const job = new AbortController();
    await simulator.control({ do: 'fail', with: { kind: 'hang' } });
    const call = client.call({ ...users, signal: job.signal });
    job.abort(new Error('the job was cancelled'));
    await expect(call).rejects.toThrow('the job was cancelled');
  });

  test.each([5, 14, 15, 18, 29, 100])('when VK says no for good (error %i), then it is not asked again', async (code) => {
    await simulator.control({ do: 'fail', with: { kind: 'error', code }, times: 9 });
    await expect(client.call(users)).rejects.toMatchObject({ code: 'VK_API', vkCode: code, method: 'users.get' });
    expect(await outcomes()).toEqual([code]);
  });

  test('when VK echoes the token in its error, then neither error nor log repeat it', async () => {
    const secret = 'vk1.a.secret';
    await client.close();
    client = connect({ token: secret });
    const thrown: unknown = await client.call(users).catch((error: unknown) => error);
    expect(thrown).toMatchObject({ vkCode: 5 });
    expect(JSON.stringify([thrown, lines, String(thrown)])).not.toContain('secret');
  });

  test('when an answer has another shape than VK has, then the error names places and no values', async () => {
    const call = client.call({ ...users, answer: z.array(z.object({ first_name: z.int() })) });
    await expect(call).rejects.toMatchObject({ code: 'VK_BAD_ANSWER', context: { faults: ['0.first_name: invalid_type'] } });
  });

  test('when several calls are made at once, then none waits for the answer of another', async () => {
    await simulator.control({ do: 'latency', ms: 200 });
    const startedAt = performance.now();
    await Promise.all(Array.from({ length: 10 }, () => client.call(users)));
    const log = await simulator.log();
    // Had they been one after the other, the last would have arrived 1,800 ms behind the first.
    expect((log.at(-1)?.time ?? 0) - (log[0]?.time ?? 0)).toBeLessThan(1_800);
    expect(performance.now() - startedAt).toBeGreaterThan(190);
  });
});
