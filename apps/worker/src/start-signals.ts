import { type RunningAttempts, followCancels, wakeDispatcher } from '@otklik/core';
import type { Parts } from './parts.ts';

type SignalParts = Parts & { readonly dispatcher: { nudge(): void }; readonly running: RunningAttempts };

/** Heeds what other processes say. */
export const startSignals = ({ options, db, dispatcher, running }: SignalParts): void => {
  wakeDispatcher({ signals: db.signals, dispatcher });
  followCancels({ signals: db.signals, running, jobs: db.jobs, logger: options.logger });
  db.signals.start();
};
