import { parseArgs } from 'node:util';
import { ConfigError, HeaderSecret } from '@otklik/shared';
import type { ProbeVkToken, VkTokenProbe } from '@otklik/vk';
import { DEFAULT_PROBE } from './config.ts';
import { probeTable } from './probe-table.ts';

const USAGE = `Usage: npm run doctor -- [--token TOKEN | --token -] [--rate 3] [--wall apiclub] [--url https://api.vk.com] [--json]
The token comes from --token, from standard input (--token -), or from VK_TOKEN or VK_TOKEN_FILE, which no history of a shell keeps.`;

/** 0: it can collect, now. */
export const EXIT = { ready: 0, limited: 0, parked: 1, invalid: 1, unknown: 2 } as const satisfies Record<VkTokenProbe['verdict'], number>;

type Deps = {
  /** `VK_TOKEN`, `VK_API_URL` and `VK_PROBE_WALL`, where they are set. */
  readonly env: { readonly token?: string | undefined; readonly url?: string | undefined; readonly wall?: string | undefined };
  readonly readStdin: () => Promise<string>;
  readonly makeProbe: (options: { readonly baseUrl: string; readonly wall: string }) => ProbeVkToken;
  readonly print: (line: string) => void;
  /** Of the terminal; undefined where there is none, and lines are as long as they are. */
  readonly columns?: number | undefined;
  readonly signal: AbortSignal;
};

/** `npm run doctor`: asks VK what a token can do, and prints it. Gives the exit code. Throws ConfigError for a command line that it can't follow. */
export const makeDoctorCommand =
  ({ env, readStdin, makeProbe, print, columns, signal }: Deps) =>
  async (argv: readonly string[]): Promise<number> => {
    const { token: given, rate, wall, url, json } = readArgs(argv);
    const token = (given === '-' ? await readStdin() : (given ?? env.token ?? '')).trim();
    const requestsPerSecond = Number(rate);
    if (token === '') throw new ConfigError(`There is no token to try.\n${USAGE}`);
    if (!HeaderSecret.safeParse(token).success) throw new ConfigError(`A token has no spaces or line breaks in it.\n${USAGE}`);
    if (!(requestsPerSecond > 0 && requestsPerSecond <= 1_000) || (url !== undefined && !URL.canParse(url))) throw new ConfigError(USAGE);
    const probe = makeProbe({ baseUrl: url ?? env.url ?? DEFAULT_PROBE.baseUrl, wall: wall ?? env.wall ?? DEFAULT_PROBE.wall });
    const finding = await probe({ token, requestsPerSecond, signal });
    if (json === true) print(JSON.stringify(finding));
    else for (const line of probeTable(finding, columns)) print(line);
    return EXIT[finding.verdict];
  };

const readArgs = (argv: readonly string[]) => {
  try {
    return parseArgs({
      args: [...argv],
      options: {
        token: { type: 'string' },
        rate: { type: 'string', default: '3' },
        wall: { type: 'string' },
        url: { type: 'string' },
        json: { type: 'boolean' },
      },
    }).values;
  } catch {
    // Without the cause, which quotes the command line.
    throw new ConfigError(USAGE);
  }
};
