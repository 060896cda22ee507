/**
 * What is deleted when it is old: finished jobs with everything of theirs, what happened to jobs, what their attempts said,
 * idempotency records, attempts of a living job that only waited, with their events, and uploaded lists that no job has used for so
 * long.
 */
export const retentionKinds = ['jobs', 'events', 'logs', 'idempotency', 'attempts', 'lists'] as const;
export type RetentionKind = (typeof retentionKinds)[number];

export type RetentionSweep = {
  /** Days; for `attempts` how many of the newest are kept of each job, with as many events as they make. */
  readonly keep: number;
  /** Rows to look at. */
  readonly limit: number;
  /** Where the sweep before stopped; null: from the oldest on. */
  readonly after: string | null;
};

/** What a sweep deleted, and where the next one goes on, which may be where it began; `last` is null when everything old was looked at. */
export type Swept = { readonly deleted: number; readonly last: string | null };

/** One bounded sweep per call, in short transactions. Throws DatabaseError. */
export type RetentionStore = Readonly<Record<RetentionKind, (sweep: RetentionSweep) => Promise<Swept>>>;
