import {
  type Dependency,
  type HealthBody,
  type HealthState,
  type QueueDepth,
  type QueuePauses,
  type WorkerRecord,
  type WorkerRegistry,
  jobTypes,
} from '@otklik/contracts';
import type { QueueStoreFacts } from '@otklik/queue';
import { VERSION, withDeadline } from '@otklik/shared';

/** Below what an answer may take, so that one that hangs is told of. */
const PROBE_DEADLINE_MS = 1_500;
/** A worker that has a free hand takes what waits at once; whoever waits longer than this beside idle hands is not seen by them. */
const STUCK_AFTER_S = 120;

type Deps = {
  readonly databaseVersion: () => Promise<string>;
  readonly pendingMigrations: () => Promise<readonly string[]>;
  readonly queueFacts: () => Promise<QueueStoreFacts>;
  /** Rejects when it does not answer; absent: there is none. */
  readonly pingCache?: (() => Promise<void>) | undefined;
  readonly queueDepths: () => Promise<readonly QueueDepth[]>;
  readonly pauses: Pick<QueuePauses, 'list'>;
  readonly workers: Pick<WorkerRegistry, 'list'>;
  readonly isDraining: () => boolean;
};

export type ReadHealth = () => Promise<HealthBody>;

/** Looks at everything at the same time, each under a deadline. Never rejects: what does not answer is told as such. */
export const makeReadHealth = (deps: Deps): ReadHealth => {
  const startedAt = performance.now();
  return async () => {
    const [database, queue, cache, work] = await Promise.all([
      probe(() => askDatabase(deps)),
      probe(() => askQueue(deps)),
      deps.pingCache && probe(askCache(deps.pingCache)),
      withDeadline(readWork(deps), PROBE_DEADLINE_MS).catch(() => null),
    ]);
    const isDraining = deps.isDraining();
    const others: readonly HealthState[] = [queue.status, cache?.status ?? 'ok', ...(work?.queues ?? []).map(({ status }) => status)];
    return {
      status: statusOf(isDraining ? 'unavailable' : database.status, others, work !== null),
      version: VERSION,
      uptimeSeconds: Math.round((performance.now() - startedAt) / 1_000),
      isDraining,
      dependencies: { database, queue, ...(cache && { cache }) },
      queues: work?.queues ?? null,
      workers: work?.workers ?? null,
    };
  };
};

/** Without its database an API can do nothing; without anything else it goes on taking jobs. */
const statusOf = (vital: HealthState, others: readonly HealthState[], isWorkKnown: boolean): HealthState => {
  if (vital !== 'ok') return 'unavailable';
  return isWorkKnown && others.every((status) => status === 'ok') ? 'ok' : 'degraded';
};

type Finding = { readonly version: string | null; readonly status: HealthState; readonly detail: string | null };

/** Drivers may quote hosts and users in their errors: they are in the log, and not in here. */
const probe = async (ask: () => Promise<Finding>): Promise<Dependency> => {
  const startedAt = performance.now();
  try {
    const finding = await withDeadline(ask(), PROBE_DEADLINE_MS);
    return { ...finding, latencyMs: Math.round((performance.now() - startedAt) * 10) / 10 };
  } catch {
    return { status: 'unavailable', latencyMs: null, version: null, detail: 'It does not answer.' };
  }
};

const askDatabase = async ({ databaseVersion, pendingMigrations }: Deps): Promise<Finding> => {
  const [version, pending] = await Promise.all([databaseVersion(), pendingMigrations()]);
  if (pending.length === 0) return { version, status: 'ok', detail: null };
  return { version, status: 'unavailable', detail: `Not migrated (npm run migrate): ${pending.join(', ')}` };
};

const askQueue = async ({ queueFacts }: Deps): Promise<Finding> => {
  const { kind, version, memory } = await queueFacts();
  if (memory?.evicts !== true) return { version: `${kind} ${version}`, status: 'ok', detail: null };
  return {
    version: `${kind} ${version}`,
    status: 'degraded',
    detail: 'It throws jobs away when memory is short: its maxmemory-policy has to be noeviction.',
  };
};

const askCache = (ping: () => Promise<void>) => async (): Promise<Finding> => {
  await ping();
  return { version: null, status: 'ok', detail: null };
};

type Work = Pick<{ readonly [K in keyof HealthBody]: NonNullable<HealthBody[K]> }, 'queues' | 'workers'>;

const readWork = async ({ queueDepths, pauses, workers }: Deps): Promise<Work> => {
  const [depths, held, listed] = await Promise.all([queueDepths(), pauses.list(), workers.list()]);
  const alive = listed.filter(({ state }) => state === 'alive');
  const count = (state: WorkerRecord['state']): number => listed.filter((worker) => worker.state === state).length;
  return {
    queues: jobTypes.map((name) => {
      const paused = held.some(({ type }) => type === name);
      const backlog = sumUp(depths.filter(({ type }) => type === name));
      const serving = servingOf(name, alive);
      return { name, status: workStatus({ ...backlog, ...serving, paused }), paused, ...backlog, ...serving };
    }),
    workers: { alive: count('alive'), draining: count('draining'), silent: count('silent') },
  };
};

type Backlog = { readonly waiting: number; readonly running: number; readonly oldestSeconds: number | null };

const sumUp = (depths: readonly QueueDepth[]): Backlog => ({
  waiting: depths.reduce((sum, { waiting }) => sum + waiting, 0),
  running: depths.reduce((sum, { running }) => sum + running, 0),
  oldestSeconds: depths.reduce<number | null>((oldest, depth) => later(oldest, depth.oldestSeconds), null),
});

const later = (a: number | null, b: number | null): number | null => (a === null || b === null ? (a ?? b) : Math.max(a, b));

type Serving = { readonly workers: number; readonly lastConsumedAt: string | null };

const servingOf = (name: string, alive: readonly WorkerRecord[]): Serving => {
  const queues = alive.flatMap((worker) => worker.queues.filter(({ type }) => type === name));
  const last = Math.max(...queues.map(({ lastConsumedAt }) => lastConsumedAt?.getTime() ?? 0), 0);
  return { workers: queues.length, lastConsumedAt: last === 0 ? null : new Date(last).toISOString() };
};

/** Progress is what counts: workers have been seen connected and deaf. */
const workStatus = ({
  paused,
  waiting,
  running,
  oldestSeconds,
  workers,
}: Backlog & Serving & { readonly paused: boolean }): HealthState => {
  if (paused || waiting === 0) return 'ok';
  const isStuck = running === 0 && (oldestSeconds ?? 0) > STUCK_AFTER_S;
  return workers === 0 || isStuck ? 'degraded' : 'ok';
};
