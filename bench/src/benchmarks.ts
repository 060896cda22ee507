import { runIngest } from './ingest/run-ingest.ts';
import type { BenchReport } from './report/report.ts';

/** How a benchmark is run and speaks while it runs. */
export type BenchContext = {
  /** Ends the run between two measurements, with its reason. */
  readonly signal: AbortSignal;
  /** One line about how far it is. */
  note(line: string): void;
};

export type Benchmark = {
  readonly name: string;
  readonly about: string;
  /** Measures ours and its peers in turn. Throws when ours does not keep what it promises. */
  run(context: BenchContext): Promise<BenchReport>;
};

/** Everything that `npm run bench` knows. */
export const benchmarks: readonly Benchmark[] = [
  { name: 'ingest', about: 'storing 50,000 comments: pages of the product against COPY and against Prisma, row by row', run: runIngest },
];
