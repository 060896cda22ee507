import { type Random, createRandom } from '../population/random.ts';

export type LatencyOptions = {
  /** Milliseconds, or the least and the most of them: every request draws its own in between. */
  readonly ms: number | readonly [number, number];
  /** On top, for each call inside `execute`: VK makes them one after another. */
  readonly perInnerCallMs: number;
};

/** How long answers are held back. */
export type Latency = {
  /** Milliseconds for the next request. */
  next(innerCalls: number): number;
  set(options: LatencyOptions): void;
  /** Back to the start's value. */
  reset(): void;
};

/** The same seed draws the same waits, in order of the requests. */
export const createLatency = (initial: LatencyOptions, seed: number): Latency => {
  let current = initial;
  const random = createRandom(seed, 'latency');
  return {
    next: (innerCalls) => draw(current.ms, random) + innerCalls * current.perInnerCallMs,
    set: (options) => {
      current = options;
    },
    reset: () => {
      current = initial;
    },
  };
};

const draw = (ms: LatencyOptions['ms'], random: Random): number => {
  if (typeof ms === 'number') return ms;
  const [min, max] = ms;
  return min + random.unit() * (max - min);
};
