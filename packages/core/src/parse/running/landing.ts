import type { Frontier } from '../frontier/frontier.ts';

/** Turns what is open into what is open afterwards; rejects when that could not be stored. */
export type Land = (at: Frontier) => Promise<Frontier>;

export type Landing = {
  /** What is open, as it is stored. */
  at(): Frontier;
  /** Runs behind all that were handed over before. Never rejects. */
  next(land: Land): Promise<void>;
};

type Deps = {
  /** After each. */
  readonly onLanded: () => void;
  /** What is handed over after a failure does not run. */
  readonly onFailed: (thrown: unknown) => void;
};

/** Stores what comes in, one after the other: each begins with what the one before has left open. */
export const createLanding = (from: Frontier, { onLanded, onFailed }: Deps): Landing => {
  let at = from;
  let hasFailed = false;
  let last = Promise.resolve();
  const run = async (land: Land): Promise<void> => {
    if (hasFailed) return;
    try {
      at = await land(at);
      onLanded();
    } catch (thrown) {
      hasFailed = true;
      onFailed(thrown);
    }
  };
  return { at: () => at, next: (land) => (last = last.then(() => run(land))) };
};
