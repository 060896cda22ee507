import type pg from 'pg';

type Client = Pick<pg.Client, 'query'>;

/** What was recorded of the jobs that no round before had. */
const RECORDED = `
SELECT count(*)::int AS jobs, count(*) FILTER (WHERE state = 'succeeded' AND starts = 1)::int AS succeeded,
  (SELECT count(*)::int FROM job_attempt a WHERE a.job_id > $1 AND a."end" = 'succeeded') AS attempts,
  (SELECT count(*)::int FROM job_event e WHERE e.job_id > $1 AND e.kind = 'submitted') AS submitted,
  (SELECT count(*)::int FROM job_event e WHERE e.job_id > $1 AND e.kind = 'started') AS started,
  (SELECT count(*)::int FROM job_event e WHERE e.job_id > $1 AND e.kind = 'succeeded') AS ended,
  (SELECT count(DISTINCT l.job_id)::int FROM job_log l WHERE l.job_id > $1) AS logged
FROM job WHERE id > $1`;

/** The last id that there is: ids of later jobs are greater. */
export const lastJobId = async (client: Client): Promise<string> => {
  const { rows } = await client.query<{ id: string }>('SELECT id FROM job ORDER BY id DESC LIMIT 1');
  return rows[0]?.id ?? '00000000-0000-0000-0000-000000000000';
};

/** Throws unless `expected` jobs came after that id, each with one start, one success, and the rows that tell of them. */
export const expectRecorded = async (client: Client, after: string, expected: number): Promise<void> => {
  const { rows } = await client.query<Readonly<Record<string, number>>>(RECORDED, [after]);
  const wrong = Object.entries(rows[0] ?? { jobs: 0 }).filter(([, count]) => count !== expected);
  if (wrong.length > 0) throw new Error(`${expected} jobs were submitted: ${wrong.map(([name, count]) => `${count} ${name}`).join(', ')}.`);
};

/** No jobs, and nothing left to write out. */
export const startAfresh = async (client: Client): Promise<void> => {
  await client.query('TRUNCATE job, job_attempt, job_event, job_log CASCADE');
  await client.query('CHECKPOINT');
};
