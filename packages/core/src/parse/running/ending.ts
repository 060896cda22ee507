/** How an attempt stops asking. */
export type Ending = {
  /** No further turn is taken. The first reason counts. */
  begin(reason: unknown): void;
  /** What is in flight is not waited for either. */
  atOnce(reason: unknown): void;
  abort(): void;
  /** Begins it with what `act` throws. */
  unless(act: () => void): void;
  hasBegun(): boolean;
  reason(): unknown;
  /** Wakes who waits for a change. */
  readonly ring: () => void;
  /** For turns that are waited for. */
  readonly turns: AbortSignal;
  /** For what is in flight. */
  readonly flights: AbortSignal;
};

/** Ends with `signal` too. `ring`: called at every change. */
export const createEnding = (signal: AbortSignal, ring: () => void): Ending => {
  const noTurns = new AbortController();
  const nothing = new AbortController();
  let first: { readonly reason: unknown } | null = null;
  const begin = (reason: unknown): void => {
    first ??= { reason };
    noTurns.abort(first.reason);
    ring();
  };
  const abort = (): void => nothing.abort(first?.reason);
  const flights = AbortSignal.any([signal, nothing.signal]);
  return {
    begin,
    abort,
    atOnce: (reason) => {
      begin(reason);
      abort();
    },
    unless: (act) => {
      try {
        act();
      } catch (thrown) {
        begin(thrown);
      }
    },
    hasBegun: () => first !== null,
    reason: () => first?.reason,
    ring,
    turns: AbortSignal.any([flights, noTurns.signal]),
    flights,
  };
};
