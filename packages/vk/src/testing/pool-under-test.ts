import { afterAll, beforeAll } from '@jest/globals';
import {
  type Clock,
  type LogFields,
  type Logger,
  type Metrics,
  createMemoryPacing,
  createMetrics,
  silentLogger,
  systemClock,
} from '@otklik/shared';
import { type SimulatorClient, type VkSimulator, createSimulatorClient, startVkSimulator } from '@otklik/vk-simulator';
import { type VkPool, type VkPoolOptions, createVkPool } from '../create-vk-pool.ts';
import type { VkRead, VkReads } from '../reads/vk-read.ts';
import type { VkToken } from '../tokens/token-source.ts';
import { type MemoryTokens, aToken, createMemoryTokens } from './memory-tokens.ts';

export const never = new AbortController().signal;
export const WORKSPACE = 'w';

type Sent = Awaited<ReturnType<Awaited<ReturnType<VkReads['turn']>>['send']>>;

export type PoolUnderTest = {
  readonly simulator: SimulatorClient;
  readonly tokens: MemoryTokens;
  readonly pool: VkPool;
  readonly reads: VkReads;
  readonly metrics: Metrics;
  /** What was logged. */
  readonly lines: readonly Line[];
  /** One batch with the turn that comes first. */
  send(...reads: readonly VkRead[]): Promise<Sent>;
  /** Requests that came, as `method(inner calls)` and how they ended. */
  asked(): Promise<readonly string[]>;
  close(): Promise<void>;
};

type Line = LogFields & { readonly message: string };
type Options = Partial<Omit<VkPoolOptions, 'logger'>> & { readonly given?: readonly VkToken[] };

/** One simulator for all tests of a block. */
export const sharedSimulator = (): (() => VkSimulator) => {
  let server: VkSimulator | undefined;
  beforeAll(async () => {
    server = await startVkSimulator({ port: 0, seed: 1 });
  });
  afterAll(() => server?.close());
  return () => {
    if (server === undefined) throw new Error('The simulator is not there yet.');
    return server;
  };
};

/** Pauses after faults take a tenth of their time. */
const hasty: Clock = { ...systemClock, sleep: (ms, signal) => systemClock.sleep(ms / 10, signal) };

/** A pool of tokens of its own. The simulator knows the token `a` without limits, and no memory of tests before. */
export const openPoolUnderTest = async (server: VkSimulator, { given = [aToken('a')], ...more }: Options = {}): Promise<PoolUnderTest> => {
  const simulator = createSimulatorClient(server.url);
  await simulator.control({ do: 'resetRules' });
  await simulator.control({ do: 'resetLog' });
  await simulator.control({ do: 'addToken', token: 'a', requestsPerSecond: 10_000 });
  const tokens = createMemoryTokens(...given);
  const metrics = createMetrics({ service: 'test', version: '1', logger: silentLogger });
  const pacing = createMemoryPacing();
  const { lines, logger } = keepLines();
  const pool = createVkPool({
    baseUrl: server.url,
    source: tokens,
    pacing,
    clock: hasty,
    logger,
    metrics,
    circuit: { failuresInARow: 100, volume: 1_000 },
    ...more,
  });
  const reads = pool.of(WORKSPACE);
  return {
    simulator,
    tokens,
    pool,
    reads,
    metrics,
    lines,
    send: async (...batch) => (await reads.turn(never)).send(batch, { signal: never, turns: never }),
    asked: async () => {
      const log = await simulator.log();
      return log
        .filter(({ within }) => within === undefined)
        .map(({ seq, method, outcome }) => {
          const inner = log.filter(({ within }) => within === seq).length;
          return `${method}${inner === 0 ? '' : `(${inner})`} ${outcome}`;
        });
    },
    close: async () => {
      await pool.close();
      await pacing.close();
    },
  };
};

const keepLines = () => {
  const lines: Line[] = [];
  const write = (message: string, fields: LogFields = {}): void => void lines.push({ ...fields, message });
  const logger: Logger = { debug: write, info: write, warn: write, error: write };
  return { lines, logger };
};
