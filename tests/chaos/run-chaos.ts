import type { Scope } from '@otklik/shared';
import type { Truth } from '@otklik/vk-simulator';
import { breakEverything } from './break-everything.ts';
import type { InterruptedAttempt } from './faults/run-kills.ts';
import { checks } from './ledger/checks.ts';
import { describeFinding } from './ledger/describe-finding.ts';
import { type Books, addUp } from './ledger/ledger.ts';
import { createClient } from './load/client.ts';
import type { ChaosOptions } from './options.ts';
import { type Plan, makePlan } from './plan/make-plan.ts';
import { type ChaosResult, makeResult } from './result.ts';
import { openFleet } from './site/fleet.ts';
import { type Site, openSite } from './site/open-site.ts';
import { untilAtRest } from './site/rest.ts';

type Run = {
  readonly options: ChaosOptions;
  readonly scope: Scope;
  /** A folder for the logs of all processes. */
  readonly logDir: string;
  note(line: string): void;
};

/**
 * What the next job to end may take after everything is whole again: every bound of the repairs, and the work itself. On
 * a busy machine all of them together take longer, and are not stuck for that.
 */
const REST = { silentMs: 180_000, withinMs: 900_000 };
const TOLD_FINDINGS = 50;

/** One run, from the first process to the last line of the ledger. Throws when it could not be made at all. */
export const runChaos = async ({ options, scope, logDir, note }: Run): Promise<ChaosResult> => {
  const startedAt = performance.now();
  const plan = makePlan(options);
  note(
    `seed ${options.seed}: ${plan.orders.length} orders for ${options.jobs} jobs over ${Math.round(plan.spreadMs / 1_000)} s; logs in ${logDir}`,
  );
  const site = await openSite(scope, options, plan);
  const fleet = await openFleet(scope, { site, plan, options, logDir, note });
  const { key } = await site.product.caller({ url: fleet.apiUrls[0] ?? '' }, 'chaos');
  const client = createClient({ urls: fleet.apiUrls, key });
  const { sent, kills, faults } = await breakEverything({ site, fleet, client, plan, note });
  note(`everything is whole again after ${kills.length} kills and ${faults} other faults; waiting for the jobs`);
  const unrest = await untilAtRest({ query: site.query, ...REST, note });
  note(`${unrest} jobs have not ended; stopping the processes and adding up`);
  await fleet.stop();
  const books: Books = {
    query: site.query,
    sent,
    truths: await readTruths(site, plan),
    exportDir: site.product.exportDir,
    lives: [...fleet.workers, ...fleet.apis].flatMap(({ ended }) => ended),
    complaints: client.complaints,
  };
  const findings = await addUp(books, checks);
  for (const finding of findings.slice(0, TOLD_FINDINGS)) note(await describeFinding(books, finding));
  return makeResult({
    jobs: rowsOf(books),
    kills: await countInterrupted(site, kills),
    findings,
    seconds: (performance.now() - startedAt) / 1_000,
  });
};

const readTruths = async ({ product }: Site, { walls }: Plan): Promise<ReadonlyMap<number, Truth>> => {
  const truths = new Map<number, Truth>();
  for (const { ownerId } of walls) truths.set(ownerId, await product.vk.truth(ownerId));
  return truths;
};

const rowsOf = ({ sent }: Books): number =>
  sent.filter(({ acceptedAs }) => acceptedAs.length > 0).reduce((sum, { order }) => sum + order.rows, 0);

/** Kills whose attempt PostgreSQL has written off: it was lost, or its job was ended without it. */
const countInterrupted = async ({ query }: Site, kills: readonly InterruptedAttempt[]): Promise<number> => {
  const rows = await query(
    `SELECT 1 FROM unnest($1::uuid[], $2::int[]) AS k (job_id, number) JOIN job_attempt a ON a.job_id = k.job_id AND a.number = k.number
     WHERE a."end" IN ('lost', 'cancelled', 'timed_out')`,
    [kills.map(({ jobId }) => jobId), kills.map(({ number }) => number)],
  );
  return rows.length;
};
