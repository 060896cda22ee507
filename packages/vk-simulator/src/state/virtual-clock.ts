/** Time that passes with what happens, never by itself. Unix time in milliseconds. */
export type VirtualClock = { now(): number; advance(ms: number): void };

export const createVirtualClock = (startMs: number): VirtualClock => {
  let time = startMs;
  return {
    now: () => time,
    advance: (ms) => {
      time += ms;
    },
  };
};
