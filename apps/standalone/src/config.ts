import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { chooseDataDir } from '@otklik/embedded-postgres';
import { ConfigError, HeaderSecret, parseConfig, readSecretFiles } from '@otklik/shared';
import { z } from 'zod';

/** The root of the checkout, from the sources as from the build. */
const CHECKOUT = resolve(dirname(fileURLToPath(import.meta.url)), '../../..');

/** What `npm start` looks at. */
export const StandaloneEnv = z.object({
  OTKLIK_DATA_DIR: z.string().min(1).optional(),
  PORT: z.coerce.number().int().min(0).max(65_535).optional(),
  HOST: z.string().min(1).default('127.0.0.1'),
  VK_TOKEN: HeaderSecret.optional(),
  VK_API_URL: z.url({ protocol: /^https?$/ }).default('https://api.vk.com'),
  VK_REQUESTS_PER_SECOND: z.coerce.number().positive().max(1_000).default(3),
  BULL_BOARD: z.enum(['off', 'read', 'write']).default('read'),
  OTKLIK_ENVIRONMENT: z.string().min(1).max(40).default('development'),
  LOG_LEVEL: z.enum(['error', 'warn', 'info', 'debug']).default('info'),
});

export type StandaloneConfig = {
  readonly checkoutDir: string;
  /** What the person chose, if anything. */
  readonly dataDir: string | undefined;
  /** undefined: 3000, or a free one when that is taken. */
  readonly port: number | undefined;
  readonly host: string;
  /** null: the simulator answers in VK's place. */
  readonly vk: { readonly token: string; readonly baseUrl: string; readonly requestsPerSecond: number } | null;
  readonly board: { readonly access: 'off' | 'read' | 'write'; readonly environment: string };
  readonly logLevel: 'error' | 'warn' | 'info' | 'debug';
  /** Run the demo and stop. */
  readonly isOnce: boolean;
  /** The wall of the demo; with the simulator its own demo wall. */
  readonly wall: string | undefined;
};

/** Reads the command line and the environment. Throws ConfigError. */
export const loadStandaloneConfig = (argv: readonly string[], env: NodeJS.ProcessEnv): StandaloneConfig => {
  const args = readArgs(argv);
  const parsed = parseConfig(StandaloneEnv, readSecretFiles(env));
  const vk =
    parsed.VK_TOKEN === undefined
      ? null
      : { token: parsed.VK_TOKEN, baseUrl: parsed.VK_API_URL, requestsPerSecond: parsed.VK_REQUESTS_PER_SECOND };
  if (vk !== null && args.once === true && args.wall === undefined)
    throw new ConfigError('With VK_TOKEN set, --once needs a wall: npm start -- --once --wall <id or screen name>.');
  return {
    checkoutDir: CHECKOUT,
    dataDir: parsed.OTKLIK_DATA_DIR,
    port: args.once === true ? 0 : parsed.PORT,
    host: parsed.HOST,
    vk,
    board: { access: parsed.BULL_BOARD, environment: parsed.OTKLIK_ENVIRONMENT },
    logLevel: parsed.LOG_LEVEL,
    isOnce: args.once ?? false,
    wall: args.wall,
  };
};

const readArgs = (argv: readonly string[]) => {
  try {
    return parseArgs({ args: [...argv], options: { once: { type: 'boolean' }, wall: { type: 'string' } }, strict: true }).values;
  } catch (cause) {
    throw new ConfigError('npm start takes --once and --wall <id or screen name>.', { cause });
  }
};

/**
 * Where things lie: all in `home`, but the database elsewhere when we are root and its user can't reach a closed
 * checkout.
 */
export const pathsOf = ({ checkoutDir, dataDir }: Pick<StandaloneConfig, 'checkoutDir' | 'dataDir'>) => {
  const home = dataDir === undefined ? join(checkoutDir, '.otklik') : resolve(dataDir);
  return {
    home,
    postgres: dataDir === undefined ? chooseDataDir({ checkoutDir }) : join(home, 'postgres'),
    exports: join(home, 'exports'),
    adminKey: join(home, 'admin-key'),
    keyring: join(home, 'keyring'),
    log: join(home, 'otklik.log'),
  };
};
