import { type Clock, systemClock } from '../clock/clock.ts';
import { CircuitOpenError } from '../errors/upstream-errors.ts';
import { type CircuitChange, type CircuitLimits, type CircuitState, defaultCircuitLimits } from './circuit-limits.ts';
import { createRotation } from './circuit-rotation.ts';
import { createOpossum } from './opossum.ts';

/**
 * What the end of a call says about the other side.
 * answered: it is there, even where it refused · failed: it is not there · troubled: it answers, and says that it is
 * unwell: a reason to open only when most calls end so · unknown: nothing, the caller gave the call up.
 */
export type Verdict = 'answered' | 'troubled' | 'failed' | 'unknown';

export type CircuitOptions = {
  /** Whom the calls go to. */
  readonly name: string;
  /** The message of CircuitOpenError, asked for at each refusal. Default: a sentence with the name. */
  readonly sentence?: () => string;
  /** Asked about everything that a call throws; a call that returns has been answered. */
  readonly judge: (thrown: unknown) => Verdict;
  readonly limits?: Partial<CircuitLimits>;
  /** Told after each change, in order. Must not throw. */
  readonly onChange?: (change: CircuitChange) => void;
  readonly clock?: Pick<Clock, 'now'>;
  /** 0 ≤ x < 1; for tests. */
  readonly random?: () => number;
};

export type Circuit = {
  /**
   * Calls `fn` and hands on what comes of it. Throws CircuitOpenError without calling it while the circuit is open, and
   * while another call is the probe. `fn` must end by itself: it is not timed here.
   */
  run<T>(fn: () => Promise<T>): Promise<T>;
  /**
   * Throws CircuitOpenError when `run` would refuse: for callers that have something to wait for before. `cause`: the
   * fault that the caller has just met, if any.
   */
  check(cause?: unknown): void;
  state(): CircuitState;
  /** Milliseconds until it is worth asking again; 0 when a call would pass. */
  retryAfterMs(): number;
  /** Ends its timer and lets every call pass. Its timer keeps no process alive, closed or not. */
  close(): void;
};

/** Holds calls back from somebody who does not answer, and lets one of them look from time to time whether that is over. */
export const createCircuit = (options: CircuitOptions): Circuit => {
  const limits = { ...defaultCircuitLimits, ...options.limits };
  const clock = options.clock ?? systemClock;
  const rotation = createRotation({ windowMs: limits.windowMs, clock });
  const { random = Math.random, onChange = () => undefined } = options;
  const { breaker, state, retryAfterMs, reprobe } = createOpossum({ name: options.name, limits, clock, rotation, random, onChange });
  let failedInARow = 0;

  const check = (cause?: unknown): void => {
    if (breaker.isShutdown || breaker.closed || breaker.pendingClose) return;
    const message = options.sentence?.() ?? `${options.name} did not answer the last calls, so no more are made for now.`;
    throw new CircuitOpenError(message, { retryAfterMs: retryAfterMs(), context: { circuit: options.name }, cause });
  };
  /** Throws what the breaker shall count as a failure. */
  const judge = (thrown: unknown): void => {
    const verdict = options.judge(thrown);
    if (verdict === 'answered') failedInARow = 0;
    if (verdict === 'failed') failedInARow += 1;
    if (verdict === 'answered' || (verdict === 'unknown' && !breaker.halfOpen)) return;
    if (verdict === 'unknown') reprobe();
    throw thrown;
  };

  const run = async <T>(fn: () => Promise<T>): Promise<T> => {
    if (breaker.isShutdown) return fn();
    check();
    rotation.catchUp();
    const outcome = fn();
    const judged = outcome.then(() => void (failedInARow = 0), judge);
    // The breaker learns how it ended before the caller does; the caller gets the outcome itself.
    await breaker.fire(judged).catch(() => undefined);
    if (failedInARow >= limits.failuresInARow && breaker.closed) breaker.open();
    return outcome;
  };
  return { run, check, state, retryAfterMs, close: () => breaker.shutdown() };
};
