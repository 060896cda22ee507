import { once } from 'node:events';
import { type Server, createServer } from 'node:http';
import { ServiceUnavailableError } from '@otklik/shared';
import { createCallLog } from './control/call-log.ts';
import { type LatencyOptions, createLatency } from './control/latency.ts';
import { createScript } from './control/script.ts';
import { createApp } from './http/create-app.ts';
import { createTokenRegistry } from './limits/token-registry.ts';
import { LivePlan, type LivePlanInput } from './live/live-plan.ts';
import { type OrderedWall, type Population, createPopulation } from './population/population.ts';
import { createWorld } from './state/world.ts';
import { createRequestStatistics } from './statistics/request-statistics.ts';

export type VkSimulatorOptions = {
  /** 0 takes a free one. */
  readonly port: number;
  /** The same seed gives the same people, posts and comments, byte for byte. */
  readonly seed: number;
  /** Rate of the token. Default 50. */
  readonly requestsPerSecond?: number;
  /** Every answer is held back for so long, or for a time between the two, drawn from the seed. Default 0. */
  readonly latencyMs?: LatencyOptions['ms'];
  /** On top, for each call inside `execute`. Default 0. */
  readonly latencyPerInnerCallMs?: number;
  /** How many of the latest calls the log keeps. Default 20,000. */
  readonly logEntries?: number;
  /** Default 127.0.0.1. */
  readonly host?: string;
  /** Default `simulator-service-token`: long enough to be added where tokens are. */
  readonly token?: string;
  /** Unix time in milliseconds: for rates, the log, and what is added later. Default: the machine's clock. */
  readonly now?: () => number;
  /** Walls of a wanted size on top of the built-in ones. */
  readonly walls?: readonly OrderedWall[];
  /** Who lives here and what is on their walls, in place of the built-in population. */
  readonly population?: Population;
  /** How the walls change while they are read. Default: not at all. */
  readonly live?: LivePlanInput;
};

export type VkSimulator = {
  /** Callers append `/method/…`. */
  readonly url: string;
  readonly token: string;
  readonly port: number;
  /** Cuts the connections that are open. */
  close(): Promise<void>;
};

/** Starts a VK of its own. Throws ServiceUnavailableError when the port is taken. */
export const startVkSimulator = async (options: VkSimulatorOptions): Promise<VkSimulator> => {
  const {
    port,
    seed,
    requestsPerSecond = 50,
    latencyMs = 0,
    latencyPerInnerCallMs = 0,
    logEntries = 20_000,
    host = '127.0.0.1',
    token = 'simulator-service-token',
    now = Date.now,
    walls = [],
  } = options;
  const tokens = createTokenRegistry({ now });
  tokens.add({ token, requestsPerSecond, kind: 'service' });
  const world = createWorld(options.population ?? createPopulation({ seed, walls }));
  if (options.live !== undefined) world.live.start(LivePlan.parse(options.live));
  const latency = createLatency({ ms: latencyMs, perInnerCallMs: latencyPerInnerCallMs }, seed);
  const observed = { log: createCallLog(logEntries), statistics: createRequestStatistics() };
  const server = createServer(createApp({ world, tokens, script: createScript(), ...observed, latency, now }));
  // A keep-alive connection must outlive a client's pause between two calls, or the next call meets a closing one.
  server.keepAliveTimeout = 65_000;
  const listening = await listen(server, { port, host });
  return { url: `http://${host}:${listening}`, token, port: listening, close: () => stop(server) };
};

const listen = async (server: Server, { port, host }: { readonly port: number; readonly host: string }): Promise<number> => {
  server.listen(port, host);
  try {
    await once(server, 'listening');
  } catch (cause) {
    throw new ServiceUnavailableError(`The simulator can't listen on ${host}:${port}.`, { cause });
  }
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : port;
};

const stop = async (server: Server): Promise<void> => {
  const closed = once(server, 'close');
  server.close();
  server.closeAllConnections();
  await closed;
};
