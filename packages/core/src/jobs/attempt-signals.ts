import type { LeaseState } from '@otklik/contracts';
import { type Clock, ControlError, Fenced, JobCancelled, JobTimeout, Shutdown, TurnOver } from '@otklik/shared';

export type AttemptSignalsInput = {
  readonly timeoutMs: number;
  /** After so long the attempt gives its slot back at the next safe point. */
  readonly sliceMs: number;
  /** Aborts when the process goes down: the attempt stops at its next safe point. */
  readonly shutdown: AbortSignal;
  /** The queue's own signal: it lost the delivery, or the grace of the shutdown is over. */
  readonly delivery: AbortSignal;
  readonly clock: Clock;
};

/** Everything that can end an attempt before its work is done, as one signal with a ControlError as its reason. */
export type AttemptSignals = {
  readonly signal: AbortSignal;
  readonly checkpointReached: () => void;
  /** Ends the attempt at its next safe point. */
  readonly giveTurnBack: () => void;
  /** Ends the attempt when the answer says so; does not throw. */
  readonly note: (state: LeaseState) => void;
  /** Like `note`, and throws the reason at once. */
  readonly heed: (state: LeaseState) => void;
  /** Ends the timer and the listeners. */
  readonly dispose: () => void;
};

export const createAttemptSignals = ({ timeoutMs, sliceMs, shutdown, delivery, clock }: AttemptSignalsInput): AttemptSignals => {
  const attempt = new AbortController();
  const startedAt = clock.now();
  let isTurnWanted = false;

  const onDeliveryLost = () => attempt.abort(reasonOf(delivery));
  if (delivery.aborted) onDeliveryLost();
  delivery.addEventListener('abort', onDeliveryLost, { once: true });
  const cancelTimeout = clock.after(timeoutMs, () =>
    attempt.abort(new JobTimeout(`The attempt ran longer than its limit of ${timeoutMs} ms.`)),
  );

  const note = (state: LeaseState): void => {
    if (state === 'fenced') attempt.abort(new Fenced('A newer attempt holds this job.'));
    if (state === 'cancelling') attempt.abort(new JobCancelled('The job was cancelled.'));
  };

  return {
    signal: attempt.signal,
    checkpointReached: () => {
      attempt.signal.throwIfAborted();
      if (shutdown.aborted) throw new Shutdown('The worker is going down.');
      if (isTurnWanted) throw new TurnOver('The queue is being drained.');
      if (clock.now() - startedAt >= sliceMs) throw new TurnOver('The time slice is over.');
    },
    giveTurnBack: () => {
      isTurnWanted = true;
    },
    note,
    heed: (state) => {
      note(state);
      attempt.signal.throwIfAborted();
    },
    dispose: () => {
      delivery.removeEventListener('abort', onDeliveryLost);
      cancelTimeout();
    },
  };
};

const reasonOf = (signal: AbortSignal): ControlError =>
  signal.reason instanceof ControlError ? signal.reason : new Fenced('The queue gave this job to somebody else.');
