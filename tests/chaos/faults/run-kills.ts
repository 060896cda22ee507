import { setTimeout as pause } from 'node:timers/promises';
import { toPublicId } from '@otklik/contracts';
import { type TestDatabase, waitFor } from '@otklik/testing';
import type { PlannedKill } from '../plan/make-plan.ts';
import type { Fleet } from '../site/fleet.ts';
import { killMember, membersUp } from '../site/signals.ts';
import type { Member } from '../site/slot.ts';
import { pointedTo } from './fault.ts';

/** An attempt that a worker was killed in. */
export type InterruptedAttempt = { readonly jobId: string; readonly number: number; readonly lease: number; readonly worker: string };

type KillOptions = {
  readonly kills: readonly PlannedKill[];
  readonly query: TestDatabase['query'];
  readonly fleet: Fleet;
  /** No job will run any more, so nothing is left to be interrupted. */
  isOver(): Promise<boolean>;
  /** Nobody holds a job: the load should not wait for us. */
  onHungry(): void;
  onKill(done: number): void;
  note(line: string): void;
};

/** Poison is another promise: who was lost so often is left alone. It ends at 8. */
const MOST_LOST = 4;

/** The workers that hold a job, with one attempt of each; as PostgreSQL has it, which decides. */
const HOLDERS = `
SELECT DISTINCT ON (a.worker) a.worker, a.job_id::text AS "jobId", a.number, j.lease::float8 AS lease
FROM job j JOIN job_attempt a ON a.job_id = j.id AND a.number = j.starts
WHERE j.state = 'running' AND a."end" = 'running' AND a.worker NOT IN (
  SELECT h.worker FROM job hj JOIN job_attempt h ON h.job_id = hj.id AND h.number = hj.starts
  WHERE hj.state = 'running' AND (SELECT count(*) FROM job_attempt l WHERE l.job_id = hj.id AND l."end" = 'lost') >= ${MOST_LOST})
ORDER BY a.worker, a.started_at DESC`;

const HOLDS_STILL = `SELECT 1 FROM job_attempt WHERE job_id = $1 AND number = $2 AND "end" IN ('running', 'lost')`;

/** What was written just before the end may be committed just after it. */
const SETTLES_WITHIN_MS = 300;

/**
 * Kills workers that hold a job, one after the other, until each planned kill has interrupted one. A kill counts when the
 * attempt did not end by itself in the last moment.
 */
export const runKills = async (options: KillOptions): Promise<readonly InterruptedAttempt[]> => {
  const { kills, note } = options;
  const done: InterruptedAttempt[] = [];
  for (const { afterMs, target } of kills) {
    await pause(afterMs);
    const interrupted = await killHolder(options, target);
    if (interrupted === undefined) break;
    done.push(interrupted);
    options.onKill(done.length);
    const { worker, jobId, lease } = interrupted;
    note(`kill ${done.length}/${kills.length} worker ${worker} held ${toPublicId('job', jobId)} lease ${lease}`);
  }
  return done;
};

const killHolder = async (options: KillOptions, target: number): Promise<InterruptedAttempt | undefined> => {
  while (!(await options.isOver())) {
    const found = await findHolder(options, target);
    if (found === undefined) {
      options.onHungry();
      await pause(150);
      continue;
    }
    const { member, attempt } = found;
    await killMember(member);
    await pause(SETTLES_WITHIN_MS);
    const [still] = await persist(() => options.query(HOLDS_STILL, [attempt.jobId, attempt.number]));
    if (still !== undefined) return attempt;
    options.note(`worker ${member.name} was killed and had just let go of its job: not counted`);
  }
  return undefined;
};

type Found = { readonly member: Member; readonly attempt: InterruptedAttempt };

const findHolder = async ({ query, fleet }: KillOptions, target: number): Promise<Found | undefined> => {
  const attempts = await persist(() => query<InterruptedAttempt>(HOLDERS));
  const up = membersUp(fleet.workers);
  const held = attempts.flatMap((attempt): Found[] => {
    const member = up.find(({ name }) => name === attempt.worker);
    return member === undefined ? [] : [{ member, attempt }];
  });
  return pointedTo(held, target);
};

/** PostgreSQL may be the next one that is killed. */
const persist = <T>(ask: () => Promise<readonly T[]>): Promise<readonly T[]> => waitFor(ask, { timeoutMs: 120_000, everyMs: 250 });
