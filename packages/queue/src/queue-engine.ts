import type { JobType, QueueMessage } from '@otklik/contracts';
import type { QueueTiming } from './queue-timing.ts';

/**
 * Where a delivery stands in the queue. `finished`: completed or failed there, whatever became of the row. `astray`: on a
 * shelf that we never use, from which nobody would take it in time.
 */
export type DeliveryState = 'absent' | 'waiting' | 'active' | 'finished' | 'astray';

/** What waits and what is being worked on, in one queue. */
export type QueueCounts = { readonly waiting: number; readonly active: number };

/** A message on its way into a queue. */
export type OutgoingDelivery = {
  /** `<row id>-g<generation>`: adding it a second time changes nothing. */
  readonly id: string;
  /** One line for a person who looks at the queue; nothing personal. */
  readonly summary: string;
  readonly message: QueueMessage;
  /** 1 is served first. 0 is never used: BullMQ would serve it before everything else. */
  readonly band: number;
};

/** The entrance of one queue. Every call may reject with whatever the store throws. */
export type QueueEntrance = {
  add(deliveries: readonly OutgoingDelivery[]): Promise<void>;
  stateOf(id: string): Promise<DeliveryState>;
  /** Leaves alone what is being worked on. */
  remove(id: string): Promise<void>;
  /** Ids of what waits or is astray, from place `start` on; of each shelf at most `limit`. */
  waitingIds(page: { readonly start: number; readonly limit: number }): Promise<readonly string[]>;
  /** Ends a pause of the store's own, which we never use. Says whether there was one. */
  resume(): Promise<boolean>;
  counts(): Promise<QueueCounts>;
  /** By means of the store, which we never use: somebody else holds the queue. */
  isPaused(): Promise<boolean>;
  /** The store was emptied: settings of the queue are written again with the next add. */
  forgetSettings(): void;
  close(): Promise<void>;
};

/** Where a delivery is kept, in the store's own words. Ours have a priority: they wait in `prioritized`. */
export type ShelfName = 'active' | 'waiting' | 'prioritized' | 'completed' | 'failed';

/** A delivery as it lies in the store. Anybody with access to that may have written it: nothing in it can be shown as it is. */
export type StoredDelivery = {
  readonly id: string;
  readonly data: unknown;
  readonly value: unknown;
  readonly reason: unknown;
  readonly band: number;
  /** Milliseconds since 1970, as the other times. */
  readonly addedAt: number;
  readonly startedAt: number | undefined;
  readonly endedAt: number | undefined;
  readonly worker: string | undefined;
};

/** One queue as people look at it. Every call may reject with whatever the store throws. */
export type QueueWindow = {
  counts(): Promise<Readonly<Record<ShelfName, number>>>;
  /** The newest first, from `start` up to and with `end`; of several shelves as many of each. */
  list(shelves: readonly ShelfName[], range: { readonly start: number; readonly end: number }): Promise<readonly StoredDelivery[]>;
  find(id: string): Promise<StoredDelivery | null>;
  /** null: it is not there, or on a shelf that we never use. */
  shelfOf(id: string): Promise<ShelfName | null>;
  /** Forgets the record of a delivery that has ended. Says whether there was one; leaves everything else alone. */
  forget(id: string): Promise<boolean>;
  /** Forgets all records of such ends. */
  forgetAll(shelf: 'completed' | 'failed'): Promise<void>;
  close(): Promise<void>;
};

/** A delivery as it came out of a queue: nothing about it can be trusted. */
export type IncomingDelivery = {
  readonly id: string;
  readonly data: unknown;
  /** It was delivered before, to a worker that went silent. */
  readonly isAgain: boolean;
};

/** What the queue keeps of the end of a delivery: a value, or a failure with its reason. */
export type DeliveryEnd = { readonly value: unknown } | { readonly failure: string };

export type QueueExitOptions = {
  readonly concurrency: number;
  readonly workerName: string;
  /** Never rejects. */
  readonly process: (delivery: IncomingDelivery) => Promise<DeliveryEnd>;
  /** Somebody else may have these deliveries by now. */
  readonly onLockLost: (ids: readonly string[]) => void;
  readonly onError: (error: Error) => void;
};

/** The exit of one queue: takes deliveries from the moment it is open. */
export type QueueExit = {
  /** Deliveries at once from now on; those above a lower number end first. */
  setConcurrency(concurrency: number): void;
  /** Takes nothing more; resolves when everything taken has ended and is recorded. Has no time limit of its own. */
  close(): Promise<void>;
  /** Cuts its connections; what is still running can't be recorded in the queue any more. */
  cut(): Promise<void>;
};

/** What the store says about itself. */
export type QueueStoreFacts = {
  readonly kind: 'redis' | 'postgres';
  readonly version: string;
  /** null on PostgreSQL, which does not live in memory. */
  readonly memory: {
    readonly usedBytes: number;
    /** 0: no limit. */
    readonly maxBytes: number;
    /** It would throw jobs away when memory is short. Also after the start, for the setting can change; null: it does not say. */
    readonly evicts: boolean | null;
  } | null;
};

/**
 * A queue technology, opened for one process: BullMQ on Redis, or BullMQ on PostgreSQL. Nothing above knows which.
 * Opening it needs no connection: a store that is absent at start-up is used when it comes.
 */
export type QueueEngine = {
  readonly timing: QueueTiming;
  /** Runs one call to the store, once that can take it: ends within `operationDeadlineMs`, rejects with QueueError. */
  ask<T>(call: () => Promise<T>): Promise<T>;
  /**
   * Checks that the store is fit to hold jobs. Throws ConfigError with a sentence when it isn't (Redis that evicts,
   * PostgreSQL too old), QueueError when it can't be asked.
   */
  assertQueueStore(): Promise<void>;
  /** Throws QueueError when it does not answer. */
  readFacts(): Promise<QueueStoreFacts>;
  /** Id that lives and dies with the contents of the queue; null when there is none. Throws QueueError. */
  readEpoch(): Promise<string | null>;
  /** Throws QueueError. */
  writeEpoch(epoch: string): Promise<void>;
  openEntrance(type: JobType): Promise<QueueEntrance>;
  openWindow(type: JobType): Promise<QueueWindow>;
  openExit(type: JobType, options: QueueExitOptions): Promise<QueueExit>;
  /** Told about every error of a connection, logs the loss and the recovery once each. */
  noteError(error: Error): void;
  /** Closes all connections, at the latest after a few seconds. */
  close(): Promise<void>;
};
