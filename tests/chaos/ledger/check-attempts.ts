import { isByVk } from './check-ends.ts';
import type { Check, Finding } from './ledger.ts';

type Sums = {
  readonly jobId: string;
  readonly state: string;
  readonly starts: number;
  readonly spent: number;
  readonly attempts: number;
  readonly last: number;
  readonly open: number;
  readonly successes: number;
  readonly spending: number;
  readonly lastEnd: string | null;
};

const SUMS = `
SELECT j.id::text AS "jobId", j.state::text AS state, j.starts, j.attempts_spent AS spent, count(a.number)::int AS attempts,
  coalesce(max(a.number), 0) AS last,
  count(*) FILTER (WHERE a."end" = 'running')::int AS open, count(*) FILTER (WHERE a."end" = 'succeeded')::int AS successes,
  count(*) FILTER (WHERE a."end" IN ('failed', 'timed_out'))::int AS spending,
  (SELECT l."end"::text FROM job_attempt l WHERE l.job_id = j.id ORDER BY l.number DESC LIMIT 1) AS "lastEnd"
FROM job j LEFT JOIN job_attempt a ON a.job_id = j.id GROUP BY j.id`;

type Spending = { readonly jobId: string; readonly number: number; readonly end: string; readonly code: string | null };

const SPENDING = `
SELECT job_id::text AS "jobId", number, "end"::text AS "end", error->>'code' AS code FROM job_attempt WHERE "end" IN ('failed', 'timed_out')`;

/** Each start is one attempt that has ended; a success is one and the last; only VK and the clock cost the budget. */
export const checkAttempts: Check = async ({ query, sent }) => {
  const sums = await query<Sums>(SUMS);
  const spending = await query<Spending>(SPENDING);
  const hurried = new Set(sent.filter(({ order }) => order.hasSmallTimeout).flatMap(({ acceptedAs }) => acceptedAs));
  const isFair = ({ jobId, end, code }: Spending): boolean =>
    end === 'timed_out' ? hurried.has(`job_${jobId.replaceAll('-', '')}`) : isByVk(code);
  return [
    ...sums.flatMap(checkSums),
    ...spending
      .filter((one) => !isFair(one))
      .map(({ jobId, number, code }): Finding => ({ line: 'lost', jobId, what: `its attempt ${number} was spent by ${code}` })),
  ];
};

const checkSums = (sums: Sums): readonly Finding[] => {
  const { jobId, starts, attempts } = sums;
  const finding = (line: Finding['line'], what: string): Finding => ({ line, jobId, what });
  return [
    ...(attempts < starts || sums.last !== attempts
      ? [finding('lost', `has ${starts} starts and ${attempts} attempts up to ${sums.last}`)]
      : []),
    ...(attempts > starts ? [finding('duplicated', `has ${starts} starts and ${attempts} attempts`)] : []),
    ...(sums.open > 0 && sums.state !== 'running' ? [finding('stuck', `has ${sums.open} attempts that have not ended`)] : []),
    ...(sums.spent !== sums.spending ? [finding('lost', `says that ${sums.spent} attempts were spent, and ${sums.spending} were`)] : []),
    ...(sums.state === 'succeeded' ? successOf(sums, finding) : []),
  ];
};

const successOf = ({ successes, lastEnd }: Sums, finding: (line: Finding['line'], what: string) => Finding): readonly Finding[] => {
  if (successes > 1) return [finding('duplicated', `succeeded ${successes} times`)];
  return lastEnd === 'succeeded' ? [] : [finding('lost', `succeeded, and its last attempt ended as ${lastEnd}`)];
};
