import type { JobType, Signals } from '@otklik/contracts';
import type { Logger, Metrics } from '@otklik/shared';
import { type EarTiming, createEar } from './ear.ts';
import { type Signal, readSignal, signalKinds } from './signal.ts';

type Deps = {
  readonly url: string;
  readonly name: string;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly timing?: Partial<EarTiming>;
};

/** Signals over LISTEN and NOTIFY: one connection of the process beside its pools, from `start` on. */
export const createSignals = ({ url, name, logger, metrics, timing }: Deps): Signals & { close(): Promise<void> } => {
  const cancels = createListeners<string>();
  const queues = createListeners<JobType>();
  const hearing = createListeners<void>();
  const heard = countHeard(metrics);

  const pass = (signal: Signal): void => {
    heard(signal.kind);
    if (signal.kind === 'queue') queues.call(signal.type);
    else for (const id of signal.jobs) cancels.call(id);
  };
  const ear = createEar({
    url,
    name,
    logger,
    onHearing: hearing.call,
    onPayload: (payload) => {
      const signal = readSignal(payload);
      if (signal === null) logger.debug('signal not understood');
      else pass(signal);
    },
    ...(timing && { timing }),
  });
  tellListening(metrics, ear.isHearing);

  return {
    start: ear.start,
    isHearing: ear.isHearing,
    close: ear.close,
    onCancel: cancels.add,
    onQueueChanged: queues.add,
    onHearing: hearing.add,
  };
};

const createListeners = <T>() => {
  const listeners: ((value: T) => void)[] = [];
  return {
    add: (listener: (value: T) => void): void => void listeners.push(listener),
    call: (value: T): void => {
      for (const listener of listeners) listener(value);
    },
  };
};

const countHeard = (metrics: Metrics): ((kind: Signal['kind']) => void) => {
  const heard = metrics.counter({
    name: 'otklik_signals_heard_total',
    help: 'Signals of other processes and of this one.',
    labels: ['kind'],
  });
  for (const kind of signalKinds) heard.inc({ kind }, 0);
  return (kind) => heard.inc({ kind });
};

const tellListening = (metrics: Metrics, isHearing: () => boolean): void => {
  const listening = metrics.gauge({
    name: 'otklik_signals_listening',
    help: '1 while signals of other processes are heard; otherwise cancels and settings take seconds.',
  });
  metrics.onScrape('signals', () => listening.set({}, isHearing() ? 1 : 0));
};
