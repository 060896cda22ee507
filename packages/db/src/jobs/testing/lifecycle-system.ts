import { randomUUID } from 'node:crypto';
import type { ChildPolicy, JobMoves, NewJob } from '@otklik/contracts';
import { createQueuePauses } from '../../operations/queue-pauses.ts';
import type { Sql } from '../../sql.ts';
import type { BatchedCommand, Command, EndKind, SweepKind, TimeKind } from './lifecycle-commands.ts';
import { type JobTale } from './replay-events.ts';
import { type ComparedJob, MAX_ATTEMPTS, MAX_STARTS, type Model } from './lifecycle-model.ts';

const HOUR_MS = 3_600_000;
const STALE_AFTER_MS = 60_000;
const ALL = { limit: 1_000 };
const BROKEN = { code: 'BROKEN', message: 'broken', retryable: true };

export type LifecycleSystem = {
  /** Empties the table and submits the jobs of the model. */
  reset(model: Model): Promise<void>;
  run(command: Command): Promise<void>;
  read(): Promise<readonly ComparedJob[]>;
  /** What the events tell of each job. */
  tales(): Promise<readonly JobTale[]>;
};

type Deps = {
  readonly moves: JobMoves;
  /** Reads and turns clocks; never makes a move. */
  readonly sql: Pick<Sql, 'query'>;
  readonly workspaceId: string;
};

const READ = `
SELECT id, state::text AS state, generation, lease::float8 AS lease, starts, attempts_spent AS spent, waiting_for->>'kind' AS "waitKind",
  error->>'code' AS "errorCode", dispatched_at IS NOT NULL AND state = 'queued' AS "isDispatched",
  ARRAY(SELECT "end"::text FROM job_attempt a WHERE a.job_id = job.id ORDER BY number) AS attempts
FROM job ORDER BY id`;

const TALES = `
SELECT id, state::text AS state, version, (SELECT coalesce(jsonb_agg(jsonb_build_object('seq', seq, 'kind', kind, 'data', data) ORDER BY seq), '[]')
  FROM job_event e WHERE e.job_id = job.id) AS events
FROM job ORDER BY id`;

/** Time passes for one job: its moments move into the past, as the clock of the database would have it. */
const TIME: Readonly<Record<TimeKind, string>> = {
  comesDue: `UPDATE job SET run_at = now() - interval '1 second' WHERE id = $1 AND run_at > now()`,
  fallsSilent: `UPDATE job SET heartbeat_at = heartbeat_at - interval '1 hour' WHERE id = $1`,
  staysUnanswered: `UPDATE job SET cancel_requested_at = cancel_requested_at - interval '1 hour' WHERE id = $1`,
  expires: `UPDATE job SET expires_at = now() - interval '1 second' WHERE id = $1`,
  runsOver: `UPDATE job SET deadline_at = now() - interval '1 second' WHERE id = $1`,
};

/** The moves of the database under test, told what to do in the words of the model. */
export const createLifecycleSystem = ({ moves, sql, workspaceId }: Deps): LifecycleSystem => {
  const leases = createLeases();
  const read = (): Promise<readonly ComparedJob[]> => sql.query<ComparedJob>(READ);
  const rowOf = async (id: string): Promise<ComparedJob> => {
    const row = (await read()).find((one) => one.id === id);
    if (row === undefined) throw new Error(`no job ${id} in the database`);
    return row;
  };
  return {
    read: async () => (await read()).map((row) => ({ ...row, lease: leases.countTo(row) })),
    tales: () => sql.query<JobTale>(TALES),
    reset: async (model) => {
      // Of so few rows it takes a fifth of what TRUNCATE takes.
      await sql.query('DELETE FROM job; DELETE FROM queue_pause');
      leases.forget();
      for (const job of model) await moves.submit({ workspaceId, jobs: [newJob(job.id, job.parents)], idempotency: null });
    },
    run: async (command) => {
      if (command.kind === 'together') await runTogether(moves, command.commands, await read());
      else if ('job' in command) await runOne({ moves, sql, workspaceId }, command, await rowOf(command.job));
      else await sweep({ moves, sql, workspaceId })[command.kind]();
    },
  };
};

/** The model counts leases; the database takes each from its clock. */
const createLeases = () => {
  const given = new Map<string, number[]>();
  return {
    forget: () => given.clear(),
    /** How many the job has had; no number when they did not grow. */
    countTo: ({ id, lease }: Pick<ComparedJob, 'id' | 'lease'>): number => {
      const ofJob = given.get(id) ?? [0];
      given.set(id, ofJob);
      if (ofJob.at(-1) !== lease) ofJob.push(lease);
      return ofJob.every((one, index) => one > (ofJob[index - 1] ?? -1)) ? ofJob.length - 1 : NaN;
    },
  };
};

const runOne = async (
  { moves, sql, workspaceId }: Deps,
  command: Extract<Command, { readonly job: string }>,
  row: ComparedJob,
): Promise<void> => {
  const { kind, job: jobId } = command;
  const isOld = 'isOld' in command && command.isOld;
  const lease = { jobId, lease: isOld ? row.lease - 1 : row.lease };
  const generation = isOld ? row.generation - 1 : row.generation;
  if (kind === 'start') await moves.start({ jobId, generation, worker: 'w', staleAfterMs: STALE_AFTER_MS });
  else if (kind === 'heartbeat') await moves.heartbeat(lease);
  else if (kind === 'cancel') await moves.requestCancel(workspaceId, jobId);
  else if (kind === 'requeueLost') await moves.requeueLost([{ jobId, generation }]);
  else if (kind === 'standBack') await standBack(moves, { jobId, generation });
  else if (kind === 'release') await moves.releaseClaims([{ jobId, generation }]);
  else if (isTimeKind(kind)) await sql.query(TIME[kind], [jobId]);
  else await end(moves, lease)[kind]();
};

/** What a process does with a delivery while the seat of its suspects is taken. */
const standBack = async (moves: JobMoves, delivery: { readonly jobId: string; readonly generation: number }): Promise<void> => {
  if (await moves.isSuspect(delivery.jobId)) await moves.standBack({ ...delivery, delayMs: HOUR_MS });
};

/** In one tick, so that they go in one statement. */
const runTogether = async (moves: JobMoves, commands: readonly BatchedCommand[], rows: readonly ComparedJob[]): Promise<void> => {
  await Promise.all(
    commands.map(({ kind, job: jobId, isOld }) => {
      const row = rows.find(({ id }) => id === jobId);
      if (row === undefined) throw new Error(`no job ${jobId} in the database`);
      const [generation, lease] = isOld ? [row.generation - 1, row.lease - 1] : [row.generation, row.lease];
      return kind === 'start'
        ? moves.start({ jobId, generation, worker: 'w', staleAfterMs: STALE_AFTER_MS })
        : end(moves, { jobId, lease })[kind]();
    }),
  );
};

const isTimeKind = (kind: string): kind is TimeKind => Object.hasOwn(TIME, kind);

const end = (
  moves: JobMoves,
  lease: { readonly jobId: string; readonly lease: number },
): Readonly<Record<EndKind, () => Promise<unknown>>> => ({
  succeed: () => moves.succeed(lease, { result: {}, outcome: 'complete' }),
  fail: () => moves.fail(lease, BROKEN),
  retry: () => moves.retry(lease, { error: BROKEN, delayMs: HOUR_MS }),
  wait: () => moves.wait(lease, { kind: 'pace', waitMs: HOUR_MS, detail: 'waits' }),
  waitForToken: () => moves.wait(lease, { kind: 'token', waitMs: HOUR_MS, detail: 'waits' }),
  yieldTurn: () => moves.yieldTurn(lease),
  timeOut: () => moves.timeOut(lease, { error: BROKEN, delayMs: HOUR_MS }),
  finishCancel: () => moves.finishCancel(lease),
});

const sweep = ({ moves, sql, workspaceId }: Deps): Readonly<Record<SweepKind, () => Promise<unknown>>> => ({
  dispatch: () => moves.claimDispatch({ ...ALL, window: 1_000 }),
  forceCancels: () => moves.forceCancels({ ...ALL, graceMs: STALE_AFTER_MS, staleAfterMs: STALE_AFTER_MS }),
  reclaimLost: () => moves.reclaimLost({ ...ALL, staleAfterMs: STALE_AFTER_MS }),
  requeueAll: () => moves.requeueAllDispatched({ ...ALL, before: new Date(Date.now() + HOUR_MS) }),
  expire: () => moves.expireNotStarted(ALL),
  deadline: () => moves.passDeadlines(ALL),
  settle: () => moves.settleBlocked({ ...ALL, after: null }),
  wakeTokenWaits: () => moves.wakeTokenWaits({ ...ALL, workspaceId }),
  pause: () => createQueuePauses(sql).pause('parse', 'test'),
  resume: () => createQueuePauses(sql).resume('parse'),
});

const newJob = (id: string, parents: readonly { readonly id: string; readonly policy: ChildPolicy }[]): NewJob => ({
  id,
  type: 'parse',
  payload: {},
  priority: 'normal',
  timeoutMs: HOUR_MS,
  maxAttempts: MAX_ATTEMPTS,
  maxStarts: MAX_STARTS,
  runAt: null,
  expiresAt: null,
  deadlineAt: null,
  labels: [],
  parents: parents.map(({ id: parentId, policy }) => ({ id: parentId, ifParentFails: policy })),
  pipelineId: null,
  replayOf: null,
  checkpoint: null,
  requestId: randomUUID(),
});
