import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createManualClock, createMemoryCache, createMemoryPacing, silentLogger, systemClock, untilAborted } from '@otklik/shared';
import { type SimulatorClient, type VkSimulator, createSimulatorClient, startVkSimulator } from '@otklik/vk-simulator';
import { type VkPool, createVkPool } from '../create-vk-pool.ts';
import { aToken, createMemoryTokens } from '../testing/memory-tokens.ts';
import type { VkReads } from './vk-read.ts';
import { cacheWalls } from './cache-walls.ts';

const never = new AbortController().signal;
const HOUR = 3_600_000;

describe('finding a wall again', () => {
  let server: VkSimulator;
  let simulator: SimulatorClient;
  let pool: VkPool;
  let reader: Pick<VkReads, 'resolveWall'>;
  const clock = createManualClock();

  beforeEach(async () => {
    server = await startVkSimulator({ port: 0, seed: 1, requestsPerSecond: 10_000 });
    simulator = createSimulatorClient(server.url);
    const { url: baseUrl, token } = server;
    const cache = createMemoryCache({ clock, random: () => 0 });
    const source = createMemoryTokens(aToken(token));
    pool = createVkPool({ baseUrl, source, pacing: createMemoryPacing(), cache, clock: systemClock, logger: silentLogger });
    reader = pool.of('workspace');
  });
  afterEach(async () => {
    await pool.close();
    await server.close();
  });

  const requests = async (): Promise<number> => (await simulator.log()).length;

  test('when the same wall is asked for by many and again, then VK is asked once', async () => {
    const walls = await Promise.all(Array.from({ length: 10 }, () => reader.resolveWall('severorechensk', never)));
    const asked = await requests();
    expect(await reader.resolveWall('SeveroRechensk', never)).toEqual(walls[0]);
    expect(new Set(walls.map(({ ownerId }) => ownerId)).size).toBe(1);
    expect(await requests()).toBe(asked);
    expect(asked).toBe(2);
  });

  test('when there is no such wall, then that is said again without asking, and asked anew soon', async () => {
    const nothing = { code: 'VK_API', vkCode: 104, vkClass: 'permanent', retryable: false };
    await expect(reader.resolveWall('nobody_at_all', never)).rejects.toMatchObject(nothing);
    await expect(reader.resolveWall('nobody_at_all', never)).rejects.toMatchObject(nothing);
    expect(await requests()).toBe(1);
    await clock.advance(60_000);
    await expect(reader.resolveWall('nobody_at_all', never)).rejects.toMatchObject(nothing);
    expect(await requests()).toBe(2);
  });

  test('when VK fails, then that is not remembered; and a wall that was found before stays found', async () => {
    const failVk = (): Promise<unknown> => simulator.control({ do: 'fail', with: { kind: 'error', code: 1 }, times: 3 });
    await failVk();
    await expect(reader.resolveWall('severorechensk', never)).rejects.toMatchObject({ code: 'VK_API', vkCode: 1 });
    const wall = await reader.resolveWall('severorechensk', never);
    await clock.advance(2 * HOUR);
    await failVk();
    expect(await reader.resolveWall('severorechensk', never)).toEqual(wall);
  });

  test('when the one who asked first gives up, then the others still get their answer', async () => {
    const stop = new AbortController();
    const first = reader.resolveWall('severorechensk', stop.signal);
    const second = reader.resolveWall('severorechensk', never);
    const reason = new Error('cancelled');
    stop.abort(reason);
    await expect(first).rejects.toBe(reason);
    expect(await second).toMatchObject({ ownerId: expect.stringMatching(/^-\d+$/) });
  });

  test('when no turn comes for so long, then whoever waits is told to come back, which is no failure', async () => {
    const turnless = {
      resolveWall: async (_ref: string, signal: AbortSignal): Promise<never> => {
        await untilAborted(signal);
        throw signal.reason;
      },
    };
    const walls = cacheWalls({ reader: turnless, cache: createMemoryCache({ clock }), loadMs: 5 });
    await expect(walls.resolveWall('severorechensk', never)).rejects.toMatchObject({ code: 'VK_TIMEOUT', retryAfterMs: 10_000 });
  });
});
