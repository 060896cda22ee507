import type { BenchReport } from './report/report.ts';

/** How a benchmark is run and speaks while it runs. */
export type BenchContext = {
  /** Ends the run between two measurements, with its reason. */
  readonly signal: AbortSignal;
  /** One line about how far it is. */
  note(line: string): void;
  /** How often each thing is measured, where a benchmark lets that be chosen. Default: its own number. */
  readonly rounds?: number;
};

export type Benchmark = {
  readonly name: string;
  readonly about: string;
  /** Measures ours and its peers in turn. Throws when ours does not keep what it promises. */
  run(context: BenchContext): Promise<BenchReport>;
};
