import { parseArgs } from 'node:util';
import { runApp, untilAborted } from '@otklik/shared';
import { createSimulatorClient, startVkSimulator, tailWall } from '@otklik/vk-simulator';
import { WALL_NAMES, ownerOf, tokenOf } from './names.ts';

/** Nobody reads the log of calls here, the statistics do. */
const LOG_ENTRIES = 100;

/**
 * A VK with long-tailed walls, in a process of its own so that it pays for its work itself:
 * `--posts N --rps N --tokens N --latency FROM-TO` (milliseconds; nothing when left out).
 */
await runApp({
  main: async (stop) => {
    const option = (value: string) => ({ type: 'string', default: value }) as const;
    const options = { posts: option('1000'), rps: option('3'), tokens: option('1'), latency: option('0-0') };
    const { values } = parseArgs({ options });
    const posts = Number(values.posts);
    const requestsPerSecond = Number(values.rps);
    const [from = 0, to = from] = values.latency.split('-').map(Number);
    const simulator = await startVkSimulator({
      port: 0,
      seed: 1,
      token: tokenOf(1),
      requestsPerSecond,
      latencyMs: [from, to],
      logEntries: LOG_ENTRIES,
      walls: WALL_NAMES.map((screenName, index) => tailWall({ screenName, ownerId: ownerOf(index), posts })),
    });
    const client = createSimulatorClient(simulator.url);
    for (let nth = 2; nth <= Number(values.tokens); nth += 1)
      await client.control({ do: 'addToken', token: tokenOf(nth), requestsPerSecond, kind: 'service' });
    process.stdout.write(`serving at ${simulator.url}\n`);
    await untilAborted(stop);
    await simulator.close();
  },
});
