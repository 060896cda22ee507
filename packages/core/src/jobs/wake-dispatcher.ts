import type { Signals } from '@otklik/contracts';

type Deps = {
  readonly signals: Pick<Signals, 'onWork' | 'onQueueChanged' | 'onHearing'>;
  readonly dispatcher: { nudge(): void };
};

/** Dispatches when others say that there is something to dispatch. Polling stays the floor. */
export const wakeDispatcher = ({ signals, dispatcher }: Deps): void => {
  const nudge = (): void => dispatcher.nudge();
  signals.onWork(nudge);
  signals.onQueueChanged(nudge);
  signals.onHearing(nudge);
};
