import type { Signals } from '@otklik/contracts';

type Deps = {
  readonly signals: Pick<Signals, 'onQueueChanged' | 'onHearing'>;
  readonly dispatcher: { nudge(): void };
};

/** Dispatches when others say that a queue goes on, and after a time without hearing them. Polling stays the floor. */
export const wakeDispatcher = ({ signals, dispatcher }: Deps): void => {
  const nudge = (): void => dispatcher.nudge();
  signals.onQueueChanged(nudge);
  signals.onHearing(nudge);
};
