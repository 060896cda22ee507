import type { JobEventData, JobEventKind, JobState } from '@otklik/contracts';
import { judgeTale } from '../../../packages/db/src/jobs/testing/replay-events.ts';
import type { Check, Finding } from './ledger.ts';

type Tale = {
  readonly id: string;
  readonly state: JobState;
  readonly version: number;
  readonly starts: number;
  readonly events: readonly { readonly seq: number; readonly kind: JobEventKind; readonly data: JobEventData | null }[];
};

const TALES = `
SELECT j.id::text AS id, j.state::text AS state, j.version, j.starts,
  coalesce(jsonb_agg(jsonb_build_object('seq', e.seq, 'kind', e.kind, 'data', e.data) ORDER BY e.seq) FILTER (WHERE e.seq IS NOT NULL), '[]') AS events
FROM job j LEFT JOIN job_event e ON e.job_id = j.id GROUP BY j.id`;

/** The events of each job tell its whole life: one follows from the other, the last leads to its state, and each start is told. */
export const checkEvents: Check = async ({ query }) => (await query<Tale>(TALES)).flatMap(checkTale);

const checkTale = ({ id, state, version, starts, events }: Tale): readonly Finding[] => {
  const finding = (line: Finding['line'], what: string): Finding => ({ line, jobId: id, what: `its events: ${what}` });
  // Progress leaves gaps in the numbers.
  const counted = events.map((event, index) => ({ ...event, seq: index + 1 }));
  const fault = judgeTale({ id, state, version: events.length, events: counted });
  if (fault !== null) return [finding('lost', fault)];
  const begun = events.filter(({ kind }) => kind === 'started' || kind === 'taken_over').length;
  const last = events.at(-1)?.seq ?? 0;
  return [
    ...(begun < starts ? [finding('lost', `tell of ${begun} starts out of ${starts}`)] : []),
    ...(begun > starts ? [finding('duplicated', `tell of ${begun} starts, and there were ${starts}`)] : []),
    ...(last > version ? [finding('duplicated', `go up to ${last}, and the job is at ${version}`)] : []),
  ];
};
