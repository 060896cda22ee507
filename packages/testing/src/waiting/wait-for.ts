import { inspect } from 'node:util';
import { setTimeout as wait } from 'node:timers/promises';

export type WaitOptions = {
  /** Default 10 s. */
  readonly timeoutMs?: number;
  /** Default 20 ms. */
  readonly everyMs?: number;
  /** What is waited for, for the message of the failure. */
  readonly what?: string;
};

type Truthy<T> = Exclude<T, false | 0 | 0n | '' | null | undefined>;

/**
 * Asks until the answer is truthy and returns it. An error counts as "not yet". When time runs out it throws what was waited
 * for, for how long, and the last answer or error.
 */
export const waitFor = async <T>(ask: () => T | Promise<T>, options: WaitOptions = {}): Promise<Truthy<T>> => {
  const { timeoutMs = 10_000, everyMs = 20, what = 'the condition' } = options;
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const answer = await outcomeOf(ask);
    if ('value' in answer && isTruthy(answer.value)) return answer.value;
    if (performance.now() > deadline) {
      const last =
        'value' in answer
          ? `the last answer was ${inspect(answer.value, { depth: 4 })}`
          : `the last answer was an error: ${String(answer.error)}`;
      throw new Error(`Waited ${timeoutMs} ms for ${what}; ${last}`, 'error' in answer ? { cause: answer.error } : undefined);
    }
    await wait(everyMs);
  }
};

const isTruthy = <T>(value: T): value is Truthy<T> => Boolean(value);

const outcomeOf = async <T>(ask: () => T | Promise<T>): Promise<{ value: T } | { error: unknown }> => {
  try {
    return { value: await ask() };
  } catch (error) {
    return { error };
  }
};
