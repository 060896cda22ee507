/** How attempts ended: SQL, with the columns of `from` at hand. */
export type EndedAttempts = {
  /** Rows that tell of a job with its `worker` and `attempt_started_at`. */
  readonly from: string;
  /** An `attempt_end`. */
  readonly end: string;
  /** Default: none. */
  readonly error?: string;
};

const insert = (
  { from, end, error = 'NULL::jsonb' }: EndedAttempts,
  begun: { readonly worker: string; readonly startedAt: string },
): string => `
  INSERT INTO job_attempt (job_id, number, workspace_id, worker, started_at, finished_at, error, "end")
  SELECT id, starts, workspace_id, ${begun.worker}, ${begun.startedAt}, now(), ${error}, ${end} FROM ${from}`;

/**
 * The rows of attempts that end: their only write. Refused for all of them when a process of version 0.1.0 began one, which
 * wrote its row at once: `endBegunAttempts` is for those.
 */
export const endAttempts = (ended: EndedAttempts): string => insert(ended, { worker: 'worker', startedAt: 'attempt_started_at' });

/** The same, which writes over a row that was there since the start. */
export const endBegunAttempts = (ended: EndedAttempts): string => `${insert(ended, {
  worker: `coalesce(worker, '')`,
  startedAt: 'coalesce(attempt_started_at, now())',
})}
  ON CONFLICT (job_id, number) DO UPDATE SET finished_at = excluded.finished_at, error = excluded.error, "end" = excluded."end"`;

/**
 * The same for jobs that somebody else held. They are locked by the transaction, and read as they are before the statement, whatever
 * else it does to them.
 */
export const endHeldAttempts = ({ which, ...ended }: Omit<EndedAttempts, 'from'> & { readonly which: string }): string =>
  endBegunAttempts({ ...ended, from: `job WHERE ${which}` });
