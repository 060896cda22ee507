import { mkdir, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { Benchmark } from './benchmark.ts';
import { machineFacts } from './report/machine-facts.ts';
import { type BenchReport, toJsonLine, toSavedResult, toTable } from './report/report.ts';

/** What the shell gives a program. */
export type Command = {
  readonly args: readonly string[];
  /** What may be asked for. */
  readonly benchmarks: readonly Benchmark[];
  readonly stop: AbortSignal;
  out(text: string): void;
  err(text: string): void;
};

/** `EX_USAGE` of most tools: asked for something that there is not. */
const EXIT_USAGE = 2;
/** As shells report Ctrl-C. */
const EXIT_STOPPED = 130;
const RESULTS = new URL('../results/', import.meta.url);

/**
 * Runs the benchmark that is named and tells what came out: the table on stdout, or on stderr when stdout belongs to the
 * JSON line. Returns the exit code: 2 with the list of names when there is no such benchmark, 130 when it was told to
 * stop. Throws what the benchmark throws, so that a promise it finds broken ends the program as a failure.
 */
export const runCommand = async ({ args, benchmarks, stop, out, err }: Command): Promise<number> => {
  const asked = readArguments({ args, benchmarks });
  if (asked === undefined) {
    err(usage(benchmarks));
    return EXIT_USAGE;
  }
  const { benchmark, asJson, shouldSave, rounds } = asked;
  const report = await runUnlessStopped({ benchmark, stop, err, rounds });
  if (report === undefined) return EXIT_STOPPED;
  (asJson ? err : out)(toTable(report));
  if (shouldSave) {
    await mkdir(RESULTS, { recursive: true });
    const file = new URL(`${report.name}.json`, RESULTS);
    await writeFile(file, `${JSON.stringify(toSavedResult(report, { machine: machineFacts(), at: new Date() }), null, 2)}\n`);
    err(`Saved as ${fileURLToPath(file)}\n`);
  }
  if (asJson) out(`${toJsonLine(report)}\n`);
  return 0;
};

/** undefined: told to stop before there was anything to report. */
const runUnlessStopped = async ({
  benchmark,
  stop,
  err,
  rounds,
}: Pick<Command, 'stop' | 'err'> & Pick<Asked, 'benchmark' | 'rounds'>): Promise<BenchReport | undefined> => {
  try {
    return await benchmark.run({ signal: stop, note: (line) => err(`${line}\n`), ...(rounds !== undefined && { rounds }) });
  } catch (thrown) {
    if (!stop.aborted || thrown !== stop.reason) throw thrown;
    err('Stopped.\n');
    return undefined;
  }
};

type Asked = {
  readonly benchmark: Benchmark;
  readonly asJson: boolean;
  readonly shouldSave: boolean;
  readonly rounds: number | undefined;
};

/** A positive whole number. */
const COUNT = /^[1-9]\d{0,3}$/;

const readArguments = ({ args, benchmarks }: Pick<Command, 'args' | 'benchmarks'>): Asked | undefined => {
  const parsed = tryParse(args);
  const [name, ...more] = parsed?.positionals ?? [];
  const benchmark = benchmarks.find((candidate) => candidate.name === name);
  if (parsed === undefined || benchmark === undefined || more.length > 0) return undefined;
  const { json, save, rounds } = parsed.values;
  if (rounds !== undefined && !COUNT.test(rounds)) return undefined;
  return { benchmark, asJson: json, shouldSave: save, rounds: rounds === undefined ? undefined : Number(rounds) };
};

const tryParse = (args: readonly string[]) => {
  try {
    const flag = { type: 'boolean', default: false } as const;
    const options = { json: flag, save: flag, rounds: { type: 'string' } } as const;
    return parseArgs({ args: [...args], options, allowPositionals: true });
  } catch {
    // An option that there is not: the answer is the same as to an unknown name.
    return undefined;
  }
};

const usage = (benchmarks: readonly Benchmark[]): string =>
  ['npm run bench -- NAME [--json] [--save] [--rounds N]', '', ...benchmarks.map(({ name, about }) => `  ${name}  ${about}`), ''].join(
    '\n',
  );
