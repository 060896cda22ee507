import type { Series } from './report.ts';

/** One way of doing the work. */
export type Contender = {
  readonly name: string;
  /** Units of work that one `run` does. */
  readonly amount: number;
  run(): Promise<void>;
};

type RoundsPlan = {
  readonly contenders: readonly Contender[];
  readonly rounds: number;
  /** Brings everything to the same state; not timed. */
  before(): Promise<void>;
  /** Throws when the work was not done; not timed. */
  after(contender: Contender): Promise<void>;
  readonly signal: AbortSignal;
  note(line: string): void;
  /** Milliseconds that only go up. Default: the machine's. */
  readonly now?: () => number;
};

/**
 * Units per second of each contender, round by round. All take their turn within each round, and every second round goes
 * backwards, so that neither drift of the machine nor the place in the order favours one. One more round, the first, only
 * warms up: it is thrown away.
 */
export const measureRounds = async (plan: RoundsPlan): Promise<readonly Series[]> => {
  const { contenders, rounds, before, after, signal, note, now = () => performance.now() } = plan;
  const rates = new Map<string, number[]>(contenders.map(({ name }) => [name, []]));
  for (let round = 0; round <= rounds; round += 1) {
    const told: string[] = [];
    for (const contender of round % 2 === 0 ? contenders : contenders.toReversed()) {
      signal.throwIfAborted();
      await before();
      const startedAt = now();
      await contender.run();
      const seconds = (now() - startedAt) / 1_000;
      await after(contender);
      if (round > 0) rates.get(contender.name)?.push(contender.amount / seconds);
      told.push(`${contender.name} ${Math.round(contender.amount / seconds)}`);
    }
    note(`${round === 0 ? 'warm-up' : `round ${round}`}: ${told.join(', ')}`);
  }
  return contenders.map(({ name }) => ({ name, rates: rates.get(name) ?? [] }));
};
