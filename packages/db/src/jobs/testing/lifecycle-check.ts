import { type JobEventKind, isTerminal } from '@otklik/contracts';
import fc from 'fast-check';
import { type BatchedCommand, type Command, apply, endKinds, pauseKinds, sweepKinds, timeKinds } from './lifecycle-commands.ts';
import { type ComparedJob, type Model, type ModelJob, jobOf, newModelJob } from './lifecycle-model.ts';
import type { LifecycleSystem } from './lifecycle-system.ts';
import { type JobTale, judgeTale } from './replay-events.ts';

const idOf = (digit: number): string => `00000000-0000-7000-8000-00000000000${digit}`;
const ids = [1, 2, 3, 4].map(idOf);

/** One job alone, one follow-up that depends on success, one that runs anyway behind two parents, and two alone that others are batched with. */
const firstModel: Model = [
  newModelJob(idOf(1), []),
  newModelJob(idOf(2), [{ id: idOf(1), policy: 'cancel' }]),
  newModelJob(idOf(3), [
    { id: idOf(1), policy: 'run' },
    { id: idOf(2), policy: 'run' },
  ]),
  newModelJob(idOf(4), []),
  newModelJob(idOf(5), []),
];

const job = fc.constantFrom(...ids, idOf(1), idOf(4));
const isOld = fc.integer({ min: 0, max: 7 }).map((one) => one === 0);

/** Moves at the same time, whose order makes no difference: an attempt ends once, and none of the jobs waits for another. */
const batched = (id: string): fc.Arbitrary<readonly BatchedCommand[]> =>
  fc.oneof(
    fc
      .tuple(fc.record({ kind: fc.constant('start' as const), job: fc.constant(id), isOld }), fc.boolean())
      .map(([start, isTwice]) => (isTwice ? [start, start] : [start])),
    fc.record({ kind: fc.constantFrom(...endKinds), job: fc.constant(id), isOld }).map((end) => [end]),
  );
const together: fc.Arbitrary<Command> = fc
  .constantFrom(idOf(1), idOf(2), idOf(3))
  .chain((id) => fc.tuple(...[id, idOf(4), idOf(5)].map(batched)))
  .map((commands) => ({ kind: 'together' as const, commands: commands.flat() }));

const command: fc.Arbitrary<Command> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('start' as const), job, isOld }) },
  { weight: 5, arbitrary: fc.record({ kind: fc.constantFrom(...endKinds), job, isOld }) },
  { weight: 3, arbitrary: together },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('heartbeat' as const), job, isOld }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('cancel' as const), job }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constantFrom('requeueLost' as const, 'release' as const, 'standBack' as const), job, isOld }),
  },
  { weight: 4, arbitrary: fc.record({ kind: fc.constantFrom(...sweepKinds) }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constantFrom(...timeKinds), job }) },
  // Nothing much happens in a queue that is paused.
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom('pause' as const, ...Array.from({ length: 4 }, () => 'resume' as const)) }) },
);

type Word = Exclude<Command['kind'], 'together'>;

/** Sequences that single commands drawn at random would hit too rarely. */
const phrases: readonly (readonly Word[])[] = [
  ['dispatch', 'start', 'fallsSilent', 'reclaimLost', 'start', 'fallsSilent', 'reclaimLost'],
  ['start', 'fallsSilent', 'start', 'fallsSilent', 'start'],
  ['start', 'fallsSilent', 'heartbeat', 'reclaimLost'],
  ['start', 'cancel', 'staysUnanswered', 'forceCancels'],
  ['start', 'cancel', 'fallsSilent', 'forceCancels'],
  ['start', 'retry', 'comesDue', 'dispatch', 'start'],
  ['dispatch', 'requeueLost', 'dispatch', 'requeueAll'],
  ['dispatch', 'release', 'start'],
  ['dispatch', 'release', 'dispatch', 'requeueLost'],
  ['start', 'fallsSilent', 'reclaimLost', 'dispatch', 'standBack', 'dispatch', 'comesDue', 'dispatch', 'start'],
  ['start', 'yieldTurn', 'dispatch', 'standBack', 'start'],
  ['start', 'waitForToken', 'wakeTokenWaits', 'dispatch', 'start'],
  ['start', 'cancel', 'heartbeat'],
  ['start', 'cancel', 'finishCancel'],
  ['start', 'cancel', 'succeed'],
  ['start', 'cancel', 'wait'],
  ['expires', 'start', 'expire'],
  ['start', 'yieldTurn', 'expires', 'expire', 'start'],
  ['start', 'timeOut', 'start', 'timeOut'],
  ['runsOver', 'start', 'deadline'],
  ['dispatch', 'pause', 'start', 'dispatch', 'resume', 'dispatch', 'start'],
  ['start', 'fallsSilent', 'pause', 'start', 'reclaimLost', 'resume', 'start'],
];

const toCommand = (kind: Word, id: string): Command => {
  const isSweep = [...sweepKinds, ...pauseKinds].find((one) => one === kind);
  if (isSweep !== undefined) return { kind: isSweep };
  const isTime = timeKinds.find((one) => one === kind);
  if (isTime !== undefined) return { kind: isTime, job: id };
  const isEnd = endKinds.find((one) => one === kind);
  if (isEnd !== undefined) return { kind: isEnd, job: id, isOld: false };
  return kind === 'cancel'
    ? { kind, job: id }
    : {
        kind: kind === 'start' || kind === 'heartbeat' || kind === 'release' || kind === 'standBack' ? kind : 'requeueLost',
        job: id,
        isOld: false,
      };
};

const phrase = fc.tuple(fc.constantFrom(...phrases), job).map(([words, id]) => words.map((word) => toCommand(word, id)));

const commandsArbitrary = fc
  .array(fc.oneof({ weight: 8, arbitrary: command.map((one) => [one]) }, { weight: 2, arbitrary: phrase }), {
    minLength: 15,
    maxLength: 40,
    size: 'max',
  })
  .map((parts) => parts.flat());

export type CheckOptions = { readonly runs: number; readonly seed: number };

/** What the walks did: how often each command changed something. */
export type CheckReport = {
  readonly failure: string | null;
  readonly effects: ReadonlyMap<string, number>;
  /** What the jobs told. */
  readonly told: ReadonlySet<JobEventKind>;
};

/**
 * Walks at random through commands and compares the database with the table of moves after each. Reports the first
 * difference, made as short as possible.
 */
export const checkLifecycle = async (system: LifecycleSystem, { runs, seed }: CheckOptions): Promise<CheckReport> => {
  const effects = new Map<string, number>();
  const told = new Set<JobEventKind>();
  const property = fc.asyncProperty(commandsArbitrary, async (commands) => {
    let model = firstModel;
    await system.reset(model);
    await compare(system, model);
    for (const one of commands) {
      const next = apply(model, one);
      if (next !== model) effects.set(one.kind, (effects.get(one.kind) ?? 0) + 1);
      model = next;
      await system.run(one);
      await compare(system, model);
    }
    for (const kind of await judgeTales(system, model)) told.add(kind);
  });
  const result = await fc.check(property, { numRuns: runs, seed, endOnFailure: true });
  return { failure: result.failed ? String(result.errorInstance) : null, effects, told };
};

const compare = async (system: LifecycleSystem, model: Model): Promise<void> => {
  const rows = await system.read();
  const [found, expected] = [JSON.stringify(rows), JSON.stringify(model.map(toRow))];
  if (found !== expected) throw new Error(`the database has\n${found}\nwhere the table of moves has\n${expected}`);
  for (const row of rows)
    if (!isTerminal(row.state) && !hasNextMover(row, model)) throw new Error(`nobody will ever move ${JSON.stringify(row)}`);
};

/** Events are only added, so that the end of a walk shows what happened at each step. */
const judgeTales = async (system: LifecycleSystem, model: Model): Promise<readonly JobEventKind[]> => {
  const tales = await system.tales();
  for (const tale of tales) {
    const fault = judgeTale(withoutGaps(tale, jobOf(model, tale.id).untold));
    if (fault !== null) throw new Error(`${fault}: ${JSON.stringify(tale)}`);
  }
  return tales.flatMap(({ events }) => events.map(({ kind }) => kind));
};

/** Numbers as if nothing had happened that is not told. A gap too many is seen by their count. */
const withoutGaps = (tale: JobTale, untold: number): JobTale => ({
  ...tale,
  version: tale.version - untold,
  events: untold === 0 ? tale.events : tale.events.map((event, index) => ({ ...event, seq: index + 1 })),
});

const toRow = (one: ModelJob): ComparedJob => ({
  id: one.id,
  state: one.state,
  generation: one.generation,
  lease: one.lease,
  starts: one.starts,
  spent: one.spent,
  waitKind: one.waitKind,
  errorCode: one.errorCode,
  isDispatched: one.isDispatched && one.state === 'queued',
  attempts: one.attempts,
});

/**
 * The invariant: blocked rows wait for somebody who lives, held rows have an attempt that can end or be missed. Queued
 * rows are the dispatcher's or, once dispatched, the reconciler's; those of a paused queue are theirs once it is resumed.
 */
const hasNextMover = (row: ComparedJob, model: Model): boolean => {
  if (row.state === 'queued') return true;
  if (row.state !== 'blocked') return row.attempts.at(-1) === 'running';
  const parents = model.find(({ id }) => id === row.id)?.parents ?? [];
  return parents.some(({ id }) => model.some((parent) => parent.id === id && !isTerminal(parent.state)));
};
