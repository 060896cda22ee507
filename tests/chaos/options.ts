import { parseArgs } from 'node:util';
import { ConfigError, parseConfig } from '@otklik/shared';
import { z } from 'zod';

const Options = z.object({
  jobs: z.coerce.number().int().min(1).max(100_000).default(500),
  kills: z.coerce.number().int().min(0).max(10_000).default(50),
  seed: z.coerce.number().int().default(1),
  engine: z.enum(['redis', 'postgres']).default('redis'),
  workers: z.coerce.number().int().min(1).max(50).default(3),
  apis: z.coerce.number().int().min(1).max(20).default(2),
  pace: z.enum(['production', 'quick']).default('production'),
});
export type ChaosOptions = z.output<typeof Options>;

const text = { type: 'string' } as const;
const NAMES = { jobs: text, kills: text, seed: text, engine: text, workers: text, apis: text, pace: text };

export const USAGE = `npm run chaos -- [--jobs 500] [--kills 50] [--seed 1] [--engine redis|postgres]
                 [--workers 3] [--apis 2] [--pace production|quick]

Runs the product as processes on a PostgreSQL and a Redis of its own, gives it so many jobs, and breaks everything around
them: the faults are drawn from the seed. Then it adds up. The last line on stdout:
  {"jobs","kills","lost","duplicated","stuck","seconds"}
The exit code is 0 only when lost, duplicated and stuck are 0 and each of the kills took a job from a worker.
docs/operations/drills.md says what the words mean.
`;

/** `help`: only told about. Throws ConfigError for what it does not know. */
export const readOptions = (args: readonly string[]): ChaosOptions | 'help' => {
  const { help = false, ...values } = parse(args);
  return help ? 'help' : parseConfig(Options, values);
};

const parse = (args: readonly string[]) => {
  try {
    return parseArgs({ args: [...args], options: { ...NAMES, help: { type: 'boolean' } } }).values;
  } catch (cause) {
    throw new ConfigError(`${String(cause)} See --help.`, { cause });
  }
};
