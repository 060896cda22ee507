import type pg from 'pg';
import type { Sql, Tx } from '../../sql.ts';

/** A table of moves with one move too few or too many. */
export type Mutant = { readonly name: string; readonly wrap: (tx: Tx) => Tx };

type Statement = { readonly text: string; readonly values: readonly unknown[] };

/** A move that is not made: its statement changes nothing, and answers as if another had been first. */
const without = (name: string, isIt: (statement: Statement) => boolean): Mutant => ({
  name: `without move ${name}`,
  wrap: (tx) => ({
    query: async (text, values = []) => (isIt({ text, values }) ? [] : tx.query(text, values)),
  }),
});

const has =
  (part: string) =>
  (statement: Statement): boolean =>
    statement.text.includes(part);

/** The statements that end attempts leave out those of one kind, told by the state it leads to and how the attempt ended. */
const withoutEnd = (name: string, to: string, attemptEnd: string): Mutant => ({
  name: `without move ${name}`,
  wrap: (tx) => ({
    query: (text, values = []) => {
      const [ids, leases, tos, ends] = values.map((column) => (Array.isArray(column) ? column : []));
      if (!text.includes('WITH plan AS')) return tx.query(text, values);
      const kept = ids?.map((id: unknown, index) => (tos?.[index] === to && ends?.[index] === attemptEnd ? NOBODY : id));
      return tx.query(text, [kept, leases, ...values.slice(2)]);
    },
  }),
});
/** A success has a statement of its own where many end together. */
const withoutSuccess: Mutant = {
  name: 'without move 5',
  wrap: (tx) => without('5', has("SET state = 'succeeded'")).wrap(withoutEnd('5', 'succeeded', 'succeeded').wrap(tx)),
};
const NOBODY = '00000000-0000-0000-0000-000000000000';

const missing: readonly Mutant[] = [
  without('1', has('INSERT INTO job_parent')),
  without('2', has('SET dispatched_at = now()')),
  without('2, undone', has('UPDATE job SET dispatched_at = NULL FROM')),
  without('3', has("UPDATE job SET state = 'running'")),
  without('3b', has('SET generation = generation + 1, dispatched_at = NULL\n')),
  without('3c', has('Its worker vanished before')),
  without('4', has('UPDATE job SET heartbeat_at = now(), progress')),
  withoutSuccess,
  withoutEnd('6', 'failed', 'failed'),
  withoutEnd('7', 'queued', 'failed'),
  withoutEnd('8', 'queued', 'waited'),
  without('8b', has('VK tokens of the workspace were changed')),
  withoutEnd('9', 'queued', 'yielded'),
  withoutEnd('10', 'queued', 'timed_out'),
  without('11', has("THEN 'cancelling' ELSE 'cancelled'")),
  withoutEnd('12', 'cancelled', 'cancelled'),
  without('13', has("WHERE state = 'cancelling' AND (heartbeat_at")),
  without('14', has("WHERE state = 'running' AND heartbeat_at <")),
  without('14, poison', has("SET state = 'failed', lease = lease + 1")),
  without('14b', has("'taken_over'")),
  without('15, one', has("job.state = 'queued' AND job.dispatched_at IS NOT NULL")),
  without('15, all', has("WHERE state = 'queued' AND dispatched_at <= $1")),
  without('16', has('expires_at <= now()')),
  without('17', has('deadline_at <= now()')),
  without('18', has('WITH judged AS')),
];

/** The pairs of states that moves make: each may be made only by its own events. */
const pairs = [
  ['blocked', 'queued'],
  ['blocked', 'cancelled'],
  ['blocked', 'timed_out'],
  ['queued', 'running'],
  ['queued', 'cancelled'],
  ['queued', 'timed_out'],
  ['running', 'queued'],
  ['running', 'cancelling'],
  ['running', 'succeeded'],
  ['running', 'failed'],
  ['running', 'timed_out'],
  ['cancelling', 'succeeded'],
  ['cancelling', 'cancelled'],
  ['cancelling', 'timed_out'],
] as const;

const TERMINAL = `('succeeded', 'failed', 'timed_out', 'cancelled')`;

/** A move that nothing in the table asks for: made along with every heartbeat. */
const added: readonly Mutant[] = pairs.map(([from, to]) => ({
  name: `with an added move ${from} → ${to}`,
  wrap: (tx) => ({
    query: async <Row extends pg.QueryResultRow>(text: string, values: readonly unknown[] = []) => {
      const rows = await tx.query<Row>(text, values);
      if (text.includes('UPDATE job SET heartbeat_at = now(), progress'))
        await tx.query(
          `UPDATE job SET state = $2::job_state, finished_at = CASE WHEN $2 IN ${TERMINAL} THEN now() END WHERE state = $1::job_state`,
          [from, to],
        );
      return rows;
    },
  }),
}));

/** Moves that do not ask whether the queue is paused. */
const heedless = (name: string, isIt: (text: string) => boolean): Mutant => ({
  name: `with move ${name} in a paused queue`,
  wrap: (tx) => ({
    query: (text, values = []) =>
      tx.query(isIt(text) ? text.replaceAll('FROM queue_pause p', 'FROM queue_pause p WHERE false') : text, values),
  }),
});

const unpaused: readonly Mutant[] = [
  heedless('2', (text) => text.includes('room AS MATERIALIZED')),
  heedless('3', (text) => text.includes("UPDATE job SET state = 'running'")),
  heedless('14b', (text) => text.includes('AS "lostStarts"')),
];

const suspicious: Mutant = {
  name: 'with move 3c of a job above suspicion',
  wrap: (tx) => ({
    query: (text, values = []) =>
      tx.query(text.includes('"isSuspect"') ? text.replace('SELECT EXISTS', 'SELECT true OR EXISTS') : text, values),
  }),
};

/** Every table of moves that is wrong by one. */
export const mutants: readonly Mutant[] = [...missing, ...added, ...unpaused, suspicious];

/** Seeds whose first walks come across the mutant. It takes longer with any other: nothing more depends on them. */
const SOON: Readonly<Record<string, number>> = {
  'without move 3c': 4,
  'without move 4': 9,
  'without move 5': 1,
  'without move 7': 3,
  'without move 8b': 6,
  'without move 9': 6,
  'without move 10': 3,
  'without move 14': 5,
  'without move 14, poison': 5,
  'without move 14b': 2,
  'with move 3c of a job above suspicion': 6,
};

/** Where to begin to look for a mutant. */
export const seedFor = ({ name }: Mutant): number => SOON[name] ?? 7;

/** The database as a mutant has it. */
export const mutate = (sql: Sql, { wrap }: Mutant): Sql => ({
  ...wrap(sql),
  transaction: (work, options) => sql.transaction((tx) => work({ ...tx, ...wrap(tx) }), options),
});
