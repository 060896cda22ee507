import type pg from 'pg';

type Client = Pick<pg.Client, 'query'>;

/** What was recorded of the jobs that no round before had. */
const RECORDED = `
SELECT count(*)::int AS jobs, count(*) FILTER (WHERE state = 'succeeded' AND starts = 1)::int AS succeeded,
  (SELECT count(*)::int FROM job_attempt a WHERE a."end" = 'succeeded' AND a.job_id > $1) AS attempts
FROM job WHERE id > $1`;

type Recorded = { readonly jobs: number; readonly succeeded: number; readonly attempts: number };

/** The last id that there is: ids of later jobs are greater. */
export const lastJobId = async (client: Client): Promise<string> => {
  const { rows } = await client.query<{ id: string }>('SELECT id FROM job ORDER BY id DESC LIMIT 1');
  return rows[0]?.id ?? '00000000-0000-0000-0000-000000000000';
};

/** Throws unless `expected` jobs came after that id, each with one start, one success, and the rows that tell of them. */
export const expectRecorded = async (client: Client, after: string, expected: number): Promise<void> => {
  const { rows } = await client.query<Recorded>(RECORDED, [after]);
  const { jobs = 0, succeeded = 0, attempts = 0 } = rows[0] ?? {};
  if (jobs !== expected || succeeded !== expected || attempts !== expected)
    throw new Error(
      `${expected} jobs were submitted: ${jobs} rows, ${succeeded} done with one start, ${attempts} attempts that succeeded.`,
    );
};

/** No jobs, and nothing left to write out. */
export const startAfresh = async (client: Client): Promise<void> => {
  await client.query('TRUNCATE job CASCADE');
  await client.query('CHECKPOINT');
};
