import { AppError, type AppErrorOptions } from './app-error.ts';

/** Ends a piece of work by decision, not by failure. Used as the reason of abort signals. */
export abstract class ControlError extends AppError {}

/** Somebody asked for the job to stop. */
export class JobCancelled extends ControlError {
  readonly code = 'JOB_CANCELLED';
}

/** The attempt ran longer than the job allows. */
export class JobTimeout extends ControlError {
  readonly code = 'JOB_TIMEOUT';
}

/** What a job that is queued waits for. */
export type WaitKind = 'schedule' | 'retry' | 'pace' | 'token' | 'capacity' | 'turn' | 'paused' | 'dispatch';

/** The job can't go on now, for a reason that costs it no attempt. */
export class MustWait extends ControlError {
  readonly code = 'MUST_WAIT';
  readonly kind: WaitKind;
  /** How long from now until it is worth another try. */
  readonly waitMs: number;

  constructor(message: string, options: AppErrorOptions & { kind: WaitKind; waitMs: number }) {
    super(message, options);
    this.kind = options.kind;
    this.waitMs = options.waitMs;
  }
}

/** The process is going down: save the checkpoint and give the job back. */
export class Shutdown extends ControlError {
  readonly code = 'SHUTDOWN';
}

/** The attempt has had its share of the worker: save the checkpoint and queue up again behind the others. */
export class TurnOver extends ControlError {
  readonly code = 'TURN_OVER';
}

/** A newer attempt holds the job: whatever this one still does must not be recorded. */
export class Fenced extends ControlError {
  readonly code = 'FENCED';
}
