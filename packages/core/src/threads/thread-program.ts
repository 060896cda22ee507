/** What the program of a thread gets: plain data, and one Int32 that is 0 while somebody waits for the answer. */
export type ThreadTask<I> = { readonly input: I; readonly stop: Int32Array };

/** What it answers. Of an error only its class and place come back: its message may hold what somebody wrote. */
export type ThreadAnswer<O> = { readonly output: O } | { readonly failed: { readonly error: string; readonly at: string } };

/** A piece of work as it is called in a thread; it looks from time to time whether its answer is still wanted. */
export type ThreadWork<I, O> = (input: I, isWanted: () => boolean) => O;

/**
 * Runs work away from the event loop and resolves with what it returns. When the signal aborts, the work is told, then
 * ended after a grace, and the promise rejects with the signal's reason. Throws ThreadError when the thread dies,
 * InternalError when the work throws, MustWait when too much waits already.
 */
export type RunInThread<I, O> = (input: I, signal: AbortSignal) => Promise<O>;

/** The program of a thread, made of a pure function. */
export const makeThreadProgram =
  <I, O>(work: ThreadWork<I, O>) =>
  ({ input, stop }: ThreadTask<I>): ThreadAnswer<O> => {
    try {
      return { output: work(input, () => Atomics.load(stop, 0) === 0) };
    } catch (thrown) {
      return { failed: thrown instanceof Error ? { error: thrown.name, at: placeOf(thrown) } : { error: typeof thrown, at: '' } };
    }
  };

/** The lines of the stack below the message, which may have many lines itself. */
const placeOf = ({ stack = '', message }: Error): string => {
  const below = stack.slice(stack.indexOf(message) + message.length);
  return (below.match(/^ {4}at .*:\d+:\d+\)?$/gm) ?? []).slice(0, 5).join('\n');
};
