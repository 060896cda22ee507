import { type TestDatabase, waitFor } from '@otklik/testing';

type Rows = { readonly query: TestDatabase['query'] };

const UNREST = `SELECT count(*)::int AS count FROM job WHERE state NOT IN ('succeeded', 'failed', 'timed_out', 'cancelled')`;

/** Jobs that have not ended. Waits for a PostgreSQL that is away. */
export const countUnrest = async ({ query }: Rows): Promise<number> => {
  const rows = await waitFor(() => query<{ readonly count: number }>(UNREST), { timeoutMs: 120_000, everyMs: 250 });
  return rows[0]?.count ?? 0;
};

type Waiting = Rows & { readonly withinMs: number; note(line: string): void };

/** Until every job has ended, or the time is over. Returns how many have not. */
export const untilAtRest = async ({ query, withinMs, note }: Waiting): Promise<number> => {
  let told = Number.POSITIVE_INFINITY;
  const ask = async (): Promise<boolean> => {
    const count = await countUnrest({ query });
    if (count < told / 1.5) {
      note(`${count} jobs have not ended`);
      told = count;
    }
    return count === 0;
  };
  await waitFor(ask, { timeoutMs: withinMs, everyMs: 500 }).catch(() => undefined);
  return countUnrest({ query });
};
