import { setTimeout as pause } from 'node:timers/promises';
import { type TestDatabase, waitFor } from '@otklik/testing';

type Rows = { readonly query: TestDatabase['query'] };

const UNREST = `SELECT count(*)::int AS count FROM job WHERE state NOT IN ('succeeded', 'failed', 'timed_out', 'cancelled')`;

/** Jobs that have not ended. Waits for a PostgreSQL that is away. */
export const countUnrest = async ({ query }: Rows): Promise<number> => {
  const rows = await waitFor(() => query<{ readonly count: number }>(UNREST), { timeoutMs: 120_000, everyMs: 250 });
  return rows[0]?.count ?? 0;
};

type Waiting = Rows & {
  /** No job has ended for so long: the others won't either. */
  readonly silentMs: number;
  /** In all. */
  readonly withinMs: number;
  note(line: string): void;
};

/** Until every job has ended, or none does any more, or the time is over. Returns how many have not. */
export const untilAtRest = async ({ query, silentMs, withinMs, note }: Waiting): Promise<number> => {
  const startedAt = performance.now();
  let told = Number.POSITIVE_INFINITY;
  let [fewest, fewestAt] = [Number.POSITIVE_INFINITY, startedAt];
  for (;;) {
    const count = await countUnrest({ query });
    const now = performance.now();
    if (count < fewest) [fewest, fewestAt] = [count, now];
    if (count < told / 1.5) {
      note(`${count} jobs have not ended`);
      told = count;
    }
    if (count === 0 || now - fewestAt > silentMs || now - startedAt > withinMs) return count;
    await pause(500);
  }
};
