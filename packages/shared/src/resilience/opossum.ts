import CircuitBreaker from 'opossum';
import type { Clock } from '../clock/clock.ts';
import type { CircuitChange, CircuitLimits, CircuitState } from './circuit-limits.ts';
import type { Rotation } from './circuit-rotation.ts';

type Options = {
  readonly name: string;
  readonly limits: CircuitLimits;
  readonly rotation: Rotation;
  readonly clock: Pick<Clock, 'now'>;
  readonly random: () => number;
  readonly onChange: (change: CircuitChange) => void;
};

/** Workers that opened together do not all probe together. */
const JITTER = 0.2;
const MAX_DOUBLINGS = 30;

/** The breaker of opossum, with a pause that grows from probe to probe, and its state in our words. */
export const createOpossum = (options: Options) => {
  const { limits, clock, rotation, onChange } = options;
  const pause = createPause(options);
  // opossum reads the pause from this very object whenever it opens.
  const settings = { ...settingsOf(options), resetTimeout: pause.nextMs() };
  const breaker = new CircuitBreaker((judged: Promise<void>) => judged, settings);
  let probeAt = 0;
  let told: CircuitState = 'closed';
  let isReprobing = false;

  const state = (): CircuitState => {
    if (breaker.opened) return 'open';
    return breaker.halfOpen ? 'half_open' : 'closed';
  };
  const retryAfterMs = (): number => {
    if (breaker.opened) return Math.max(0, Math.ceil(probeAt - clock.now()));
    return breaker.halfOpen && !breaker.pendingClose ? limits.openMs : 0;
  };
  const tell = (): void => {
    const to = state();
    if (isReprobing || to === told) return;
    const from = told;
    told = to;
    onChange({ from, to, retryAfterMs: retryAfterMs() });
  };
  breaker.on('open', () => {
    probeAt = clock.now() + settings.resetTimeout;
    if (!isReprobing) pause.grow();
    settings.resetTimeout = pause.nextMs();
    tell();
  });
  breaker.on('halfOpen', () => {
    isReprobing = false;
    tell();
  });
  breaker.on('close', () => {
    isReprobing = false;
    pause.reset();
    settings.resetTimeout = pause.nextMs();
    // What failed before the silence says nothing about now.
    rotation.clear();
    tell();
  });
  /** The probe was given up and says nothing: opossum opens and, at once, lets the next one try. */
  const reprobe = (): void => {
    isReprobing = true;
    settings.resetTimeout = 0;
  };
  return { breaker, state, retryAfterMs, reprobe };
};

const createPause = ({ limits, random }: Options) => {
  let openings = 0;
  return {
    nextMs: (): number => {
      const boundMs = Math.min(limits.maxOpenMs, limits.openMs * 2 ** Math.min(openings, MAX_DOUBLINGS));
      return Math.round(boundMs * (1 - JITTER * random()));
    },
    grow: (): void => void (openings += 1),
    reset: (): void => void (openings = 0),
  };
};

const settingsOf = ({ name, limits, rotation }: Options) => ({
  name,
  timeout: false as const,
  volumeThreshold: limits.volume,
  errorThresholdPercentage: 50,
  rollingCountBuckets: rotation.buckets,
  rotateBucketController: rotation.emitter,
  rollingPercentilesEnabled: false,
  enableSnapshots: false,
});
