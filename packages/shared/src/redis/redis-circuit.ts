import { toAppError } from '../errors/app-error.ts';
import type { Logger } from '../logging/logger.ts';
import type { CircuitState } from '../resilience/circuit-limits.ts';
import { type Circuit, createCircuit } from '../resilience/circuit.ts';

/** What the log says of an outage: once when it begins, once when it is over. */
export type OutageWords = { readonly away: string; readonly back: string };

type Deps = {
  /** What the Redis is there for, as in "The Redis of the cache". */
  readonly name: string;
  readonly words: OutageWords;
  /** Tried to see whether the store is well again. Rejects while it is not. */
  readonly probe: () => Promise<unknown>;
  readonly onClosed: () => void;
  /** Between two probes. */
  readonly retryAfterMs: number;
  readonly logger: Logger;
};

const MAX_FAILURES_IN_A_ROW = 3;
const WINDOW_MS = 10_000;
const VOLUME = 20;

/** A circuit that probes by itself, and tells an outage in two lines: when it began and when it is over. */
export const createRedisCircuit = ({ name, words, probe, onClosed, retryAfterMs, logger }: Deps): Circuit => {
  const outage = createOutageLog(words, logger);
  let lastFault: unknown;
  const changed: Readonly<Record<CircuitState, () => void>> = {
    open: () => outage.begin(lastFault),
    // Ours is the one call that a half-open circuit lets through: nobody who wants an answer has to wait for it.
    half_open: () => void circuit.run(probe).catch(() => undefined),
    closed: () => {
      outage.end();
      onClosed();
    },
  };
  const circuit = createCircuit({
    name,
    judge: (thrown) => {
      lastFault = thrown;
      return 'failed';
    },
    // Looking is cheap and nobody waits for it: no reason to look more and more seldom.
    limits: { failuresInARow: MAX_FAILURES_IN_A_ROW, volume: VOLUME, windowMs: WINDOW_MS, openMs: retryAfterMs, maxOpenMs: retryAfterMs },
    onChange: ({ to }) => changed[to](),
  });
  return circuit;
};

/** Every failed probe opens the circuit again; the outage is one. */
const createOutageLog = ({ away, back }: OutageWords, logger: Logger) => {
  let beganAt: number | undefined;
  return {
    begin: (fault: unknown): void => {
      if (beganAt !== undefined) return;
      beganAt = performance.now();
      logger.warn(away, { error: toAppError(fault) });
    },
    end: (): void => {
      if (beganAt !== undefined) logger.info(back, { afterMs: Math.round(performance.now() - beganAt) });
      beganAt = undefined;
    },
  };
};
