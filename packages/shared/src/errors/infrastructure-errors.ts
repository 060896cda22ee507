import { AppError, type AppErrorOptions } from './app-error.ts';

/** A store of our own failed. Trying again later is right. */
export abstract class InfrastructureError extends AppError {
  override readonly retryable: boolean = true;
}

export const databaseCodes = ['DB_UNAVAILABLE', 'DB_TIMEOUT', 'DB_CONFLICT', 'DB_REJECTED'] as const;

/**
 * PostgreSQL refused, timed out, or is not there. After `DB_UNAVAILABLE` nobody knows whether the last statement was
 * committed: its answer may be what was lost.
 */
export class DatabaseError extends InfrastructureError {
  readonly code: (typeof databaseCodes)[number];
  /** A rejected statement (constraint, syntax) fails again; the rest is worth a retry. */
  override readonly retryable: boolean;

  constructor(code: DatabaseError['code'], message: string, options: AppErrorOptions = {}) {
    super(message, options);
    this.code = code;
    this.retryable = code !== 'DB_REJECTED';
  }
}

/** The cache failed. Logged and absorbed: a cache fault is never a fault of the caller's request. */
export class CacheError extends InfrastructureError {
  readonly code = 'CACHE';
}

/** The queue engine failed. Jobs are safe in PostgreSQL; they are dispatched when it is back. */
export class QueueError extends InfrastructureError {
  readonly code = 'QUEUE';
}

/** Files can't be written or read: disk full (`STORAGE_FULL`) or anything else (`STORAGE`). */
export class StorageError extends InfrastructureError {
  readonly code: 'STORAGE' | 'STORAGE_FULL';

  constructor(code: StorageError['code'], message: string, options: AppErrorOptions = {}) {
    super(message, options);
    this.code = code;
  }
}

/**
 * Work in a thread of this process ended without an answer: it needed more memory than a thread may have
 * (`THREAD_MEMORY`), or the thread died (`THREAD`). The process and everything else in it go on.
 */
export class ThreadError extends InfrastructureError {
  readonly code: 'THREAD' | 'THREAD_MEMORY';

  constructor(code: ThreadError['code'], message: string, options: AppErrorOptions = {}) {
    super(message, options);
    this.code = code;
  }
}

/**
 * A stored secret can't be opened: its key is not in the keyring (`KEY_MISSING`), or what is stored does not fit
 * (`SECRET_UNREADABLE`); or the process has no keyring at all (`NO_KEYRING`). Waiting does not help: an operator must act.
 */
export class SecretUnreadableError extends InfrastructureError {
  readonly code: 'KEY_MISSING' | 'SECRET_UNREADABLE' | 'NO_KEYRING';
  override readonly retryable = false;

  constructor(code: SecretUnreadableError['code'], message: string, options: AppErrorOptions = {}) {
    super(message, options);
    this.code = code;
  }
}

/** This process can't serve the request now: starting, draining, or over its limits. */
export class ServiceUnavailableError extends InfrastructureError {
  readonly code = 'SERVICE_UNAVAILABLE';
}
