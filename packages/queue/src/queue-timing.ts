/** Times of the queue. Tests shorten them; operators have no reason to. */
export type QueueTiming = {
  /** A delivery whose lock nobody renewed for this long counts as stalled. */
  readonly lockDurationMs: number;
  /** How often each worker looks for stalled deliveries of others. */
  readonly stalledIntervalMs: number;
  /** Long poll of an idle worker. How long it may hang on a connection that died without a word. */
  readonly drainDelayMs: number;
  /** Pause before a worker asks a store again that refused it. */
  readonly retryDelayMs: number;
  /** Redis only: a command without an answer for this long has failed, and its connection is replaced. */
  readonly commandTimeoutMs: number;
  /** No call of a producer takes longer, whatever the state of the store. */
  readonly operationDeadlineMs: number;
  /** What aborted deliveries get to save their work before connections are cut. */
  readonly abortGraceMs: number;
  /** Jobs wait, slots are free and nothing was taken for this long: the worker does not consume. */
  readonly idleSuspicionMs: number;
};

/** lock + stalled interval bound the silence after a worker died: 10.2 s measured. */
export const defaultQueueTiming: QueueTiming = {
  lockDurationMs: 10_000,
  stalledIntervalMs: 5_000,
  drainDelayMs: 2_000,
  retryDelayMs: 1_000,
  commandTimeoutMs: 2_000,
  operationDeadlineMs: 3_000,
  abortGraceMs: 3_000,
  idleSuspicionMs: 30_000,
};
