import type { Series } from './report.ts';

/** One way of doing the work. */
export type Contender = {
  readonly name: string;
  /** Units of work in each round. */
  readonly amount: number;
  /** Does the first `amount` units. Answers how many milliseconds count, where that is not the whole call. */
  run(amount: number): Promise<number | void>;
};

type RoundsPlan = {
  readonly contenders: readonly Contender[];
  readonly rounds: number;
  /** Units of work that each does once before the first round, so that nobody pays for the first time. */
  readonly warmUpAmount: number;
  /** Brings everything to the same state; not timed. */
  before(): Promise<void>;
  /** Throws when the work was not done; not timed. */
  after(amount: number): Promise<void>;
  readonly signal: AbortSignal;
  note(line: string): void;
  /** Milliseconds that only go up. Default: the machine's. */
  readonly now?: () => number;
};

/**
 * Units per second of each contender, round by round. All take their turn within each round, and every second round goes
 * backwards, so that neither drift of the machine nor the place in the order favours one.
 */
export const measureRounds = async (plan: RoundsPlan): Promise<readonly Series[]> => {
  const { contenders, rounds, note } = plan;
  const rates = new Map<string, number[]>(contenders.map(({ name }) => [name, []]));
  for (const contender of contenders) await measure(plan, contender, Math.min(plan.warmUpAmount, contender.amount));
  for (let round = 1; round <= rounds; round += 1) {
    const told: string[] = [];
    for (const contender of round % 2 === 1 ? contenders : contenders.toReversed()) {
      const rate = await measure(plan, contender, contender.amount);
      rates.get(contender.name)?.push(rate);
      told.push(`${contender.name} ${Math.round(rate)}`);
    }
    note(`round ${round}: ${told.join(', ')}`);
  }
  return contenders.map(({ name }) => ({ name, rates: rates.get(name) ?? [] }));
};

const measure = async (plan: RoundsPlan, contender: Contender, amount: number): Promise<number> => {
  const { before, after, signal, now = () => performance.now() } = plan;
  signal.throwIfAborted();
  await before();
  const startedAt = now();
  const measuredMs = await contender.run(amount);
  const ms = measuredMs ?? now() - startedAt;
  await after(amount);
  return (amount * 1_000) / ms;
};
