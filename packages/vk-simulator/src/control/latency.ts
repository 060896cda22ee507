/** How long answers are held back, in milliseconds. */
export type Latency = {
  get(): number;
  set(ms: number): void;
  /** Back to the start's value. */
  reset(): void;
};

export const createLatency = (initialMs: number): Latency => {
  let ms = initialMs;
  return {
    get: () => ms,
    set: (value) => {
      ms = value;
    },
    reset: () => {
      ms = initialMs;
    },
  };
};
