import { once } from 'node:events';
import { parseArgs } from 'node:util';
import { ConfigError, parseConfig, runApp } from '@otklik/shared';
import { z } from 'zod';
import type { LatencyOptions } from './control/latency.ts';
import { DEMO_WALL } from './population/special-walls.ts';
import { startVkSimulator } from './start-vk-simulator.ts';

const Options = z.object({
  host: z.string().min(1).default('127.0.0.1'),
  port: z.coerce.number().int().min(0).max(65_535).default(5999),
  seed: z.coerce.number().int().default(1),
  rps: z.coerce.number().int().positive().optional(),
  latency: z
    .string()
    .regex(/^\d+(-\d+)?$/, 'must be milliseconds, as 100 or 80-400')
    .transform((text): LatencyOptions['ms'] => {
      const [min = 0, max] = text.split('-').map(Number);
      return max === undefined ? min : [min, max];
    })
    .optional(),
  'latency-per-call': z.coerce.number().nonnegative().default(0),
  log: z.coerce.number().int().nonnegative().optional(),
});

const flags = Options.keyof().options;

const readArguments = (): Readonly<Record<string, string | undefined>> => {
  try {
    return parseArgs({ options: Object.fromEntries(flags.map((name) => [name, { type: 'string' as const }])) }).values;
  } catch (cause) {
    throw new ConfigError(`Only ${flags.map((name) => `--${name}`).join(', ')} are known.`, { cause });
  }
};

/**
 * `simulator --port 5999 --seed 1 --rps 3 --latency 80-400 --latency-per-call 20 --log 0`: serves until it is told to stop.
 * `--log` is how many calls are kept.
 */
await runApp({
  main: async (stop) => {
    const { rps, latency, log, ...rest } = parseConfig(Options, readArguments());
    const simulator = await startVkSimulator({
      ...rest,
      latencyPerInnerCallMs: rest['latency-per-call'],
      ...(rps !== undefined && { requestsPerSecond: rps }),
      ...(latency !== undefined && { latencyMs: latency }),
      ...(log !== undefined && { logEntries: log }),
    });
    process.stdout.write(
      `VK is simulated at ${simulator.url}, token ${simulator.token}, demo wall ${DEMO_WALL.screenName} (${DEMO_WALL.ownerId})\n`,
    );
    if (!stop.aborted) await once(stop, 'abort');
    await simulator.close();
  },
});
