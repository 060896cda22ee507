import { z } from 'zod';

const Numbers = z.record(z.string(), z.int());

const MethodCounts = z.object({
  requests: z.int(),
  /** Calls inside `execute`. */
  innerCalls: z.int(),
  /** Of these, by code of VK's error. */
  innerRefused: Numbers,
});

/** What was asked for in a span of time. */
export const Counts = z.object({
  /** Requests that reached the simulator. */
  arrived: z.int(),
  /** Requests that counted for the rate of their token. */
  started: z.int(),
  /** Requests by code of VK's error. */
  refused: Numbers,
  /** Requests by what the gateway did to them. */
  faults: Numbers,
  /** By name of the method; `execute` is one of them. */
  methods: z.record(z.string(), MethodCounts),
});
export type Counts = z.output<typeof Counts>;

export const emptyCounts = (): Counts => ({ arrived: 0, started: 0, refused: {}, faults: {}, methods: {} });

/** The counts of one method, made when it is met first. */
export const methodIn = ({ methods }: Counts, name: string): Counts['methods'][string] =>
  (methods[name] ??= { requests: 0, innerCalls: 0, innerRefused: {} });

export const countOne = (numbers: Record<string, number>, key: string | number): void => {
  numbers[key] = (numbers[key] ?? 0) + 1;
};

/** Adds `more` to `sum`. */
export const addCounts = (sum: Counts, more: Counts): void => {
  sum.arrived += more.arrived;
  sum.started += more.started;
  addNumbers(sum.refused, more.refused);
  addNumbers(sum.faults, more.faults);
  for (const [name, { requests, innerCalls, innerRefused }] of Object.entries(more.methods)) {
    const method = methodIn(sum, name);
    method.requests += requests;
    method.innerCalls += innerCalls;
    addNumbers(method.innerRefused, innerRefused);
  }
};

const addNumbers = (sum: Record<string, number>, more: Readonly<Record<string, number>>): void => {
  for (const [key, value] of Object.entries(more)) sum[key] = (sum[key] ?? 0) + value;
};
