import { z } from 'zod';

/** Named places where a drill may end the process, to see that nothing is lost. In production every place is a no-op. */
export const failpointNames = [
  /** The row is committed, the caller has no answer yet. */
  'after-submit-commit',
  /** Rows say that they were dispatched, the queue has not heard of them. */
  'after-dispatch-claim',
  /** The queue has them, whoever gave them to it has not heard so. */
  'after-queue-add',
  /** The lease is taken, nothing is done. */
  'after-start',
  /** All of the work is done and stored, the end is not recorded. */
  'before-success',
  /** The end is recorded, the queue has not heard of it. */
  'after-success',
  /** The file has its name, the database does not know it. */
  'after-export-rename',
  /** A batch of lost jobs has a new mover. */
  'after-lost-worker-repair',
  /** A part of the jobs that the queue lost is on its way to it again. */
  'in-epoch-repair',
  /** All of them are, and the queue has a new epoch that PostgreSQL does not know. */
  'before-epoch-record',
  /** A batch of old jobs is gone. */
  'after-retention-batch',
] as const;
export type FailpointName = (typeof failpointNames)[number];
export type Failpoint = (name: FailpointName) => void;

/** `OTKLIK_FAILPOINTS`: their names, with commas between. */
export const FailpointList = z
  .string()
  .transform((text) => text.split(',').map((name) => name.trim()))
  .pipe(z.array(z.enum(failpointNames)));

export const noFailpoints: Failpoint = () => undefined;

/** Acts at the places that are named and nowhere else. */
export const makeFailpoint = (names: readonly FailpointName[], act: () => void): Failpoint => {
  const armed = new Set(names);
  return (name) => {
    if (armed.has(name)) act();
  };
};
