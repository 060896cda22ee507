import { once } from 'node:events';
import { parseArgs } from 'node:util';
import { ConfigError, parseConfig, runApp } from '@otklik/shared';
import { z } from 'zod';
import { DEMO_WALL } from './population/special-walls.ts';
import { startVkSimulator } from './start-vk-simulator.ts';

const Options = z.object({
  host: z.string().min(1).default('127.0.0.1'),
  port: z.coerce.number().int().min(0).max(65_535).default(5999),
  seed: z.coerce.number().int().default(1),
});

const readArguments = (): Readonly<Record<string, string | undefined>> => {
  try {
    return parseArgs({ options: { host: { type: 'string' }, port: { type: 'string' }, seed: { type: 'string' } } }).values;
  } catch (cause) {
    throw new ConfigError('Only --host, --port and --seed are known.', { cause });
  }
};

/** `simulator --host 127.0.0.1 --port 5999 --seed 1`: serves until it is told to stop. */
await runApp({
  main: async (stop) => {
    const simulator = await startVkSimulator(parseConfig(Options, readArguments()));
    process.stdout.write(
      `VK is simulated at ${simulator.url}, token ${simulator.token}, demo wall ${DEMO_WALL.screenName} (${DEMO_WALL.ownerId})\n`,
    );
    if (!stop.aborted) await once(stop, 'abort');
    await simulator.close();
  },
});
