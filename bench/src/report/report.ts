import type { MachineFacts } from './machine-facts.ts';
import { type Spread, ratioOf, spreadOf } from './statistics.ts';

/** One thing that was measured, once per round. */
export type Series = {
  readonly name: string;
  /** Of `unit`, in the order of the rounds; more is better. */
  readonly rates: readonly number[];
};

/** Ours compared with a peer. */
export type Comparison = {
  readonly name: string;
  /** Names of series. */
  readonly ours: string;
  readonly peer: string;
  /** What the ratio must not fall below; left out where nothing is promised. */
  readonly target?: number;
};

export type BenchReport = {
  readonly name: string;
  readonly unit: string;
  /** The series of ours that stands for all in the JSON line. */
  readonly headline: string;
  readonly ours: readonly Series[];
  readonly peers: readonly Series[];
  readonly comparisons: readonly Comparison[];
  /** What is no rate: times, counts. The name says the unit: `invalidationP99Ms`. */
  readonly figures?: Readonly<Record<string, number>>;
  /** Figures that belong together: each group is an object of its own in the line, `startLatencyMs: {"p50":…}`. */
  readonly groups?: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** What a reader must know to read the numbers. */
  readonly notes: readonly string[];
};

/** One line for machines: medians, and ratios of ours to peers. */
export const toJsonLine = (report: BenchReport): string =>
  JSON.stringify({
    name: report.name,
    unit: report.unit,
    ours: Math.round(spreadOf(ratesOf(report, report.headline)).median),
    peers: Object.fromEntries(report.peers.map(({ name, rates }) => [name, Math.round(spreadOf(rates).median)])),
    ratios: Object.fromEntries(ratiosOf(report).map(({ name, ratio }) => [name, toPlaces(ratio.median)])),
    ...(report.figures && { figures: report.figures }),
    ...report.groups,
  });

/** The same for people, with the spread of the rounds. */
export const toTable = (report: BenchReport): string => {
  const rateLine = ({ name, rates }: Series): string[] => [name, ...cellsOf(spreadOf(rates), (value) => String(Math.round(value)))];
  const ratioLine = ({ name, ratio, target }: Ratio): string[] => [
    name,
    ...cellsOf(ratio, (value) => value.toFixed(2)),
    target === undefined ? '' : `≥ ${target}: ${ratio.median >= target ? 'yes' : 'NO'}`,
  ];
  const lines = [
    [report.unit, 'median', 'min–max', 'IQR'],
    ...report.ours.map(rateLine),
    ...report.peers.map(rateLine),
    [],
    ['ratio', 'median', 'min–max', 'IQR', 'target'],
    ...ratiosOf(report).map(ratioLine),
    ...figureLines(report.figures ?? {}),
    ...Object.entries(report.groups ?? {}).flatMap(([group, figures]) => figureLines(figures, `${group}.`)),
  ];
  return `\n${aligned(lines)}\n\n${report.notes.map((note) => `- ${note}\n`).join('')}`;
};

/** The whole of a run, to keep: every round, the machine and the day. */
export const toSavedResult = (report: BenchReport, { machine, at }: { readonly machine: MachineFacts; readonly at: Date }) => ({
  name: report.name,
  unit: report.unit,
  at: at.toISOString(),
  machine,
  ours: Object.fromEntries(report.ours.map(savedSeries)),
  peers: Object.fromEntries(report.peers.map(savedSeries)),
  ratios: Object.fromEntries(ratiosOf(report).map(({ name, ratio, target }) => [name, { ...rounded(ratio, toPlaces), target }])),
  ...(report.figures && { figures: report.figures }),
  ...report.groups,
  notes: report.notes,
});

const figureLines = (figures: Readonly<Record<string, number>>, prefix = ''): string[][] => {
  const lines = Object.entries(figures).map(([name, value]) => [`${prefix}${name}`, String(value)]);
  return lines.length === 0 ? [] : [[], ...lines];
};

type Ratio = { readonly name: string; readonly ratio: Spread; readonly target: number | undefined };

const ratiosOf = (report: BenchReport): readonly Ratio[] =>
  report.comparisons.map(({ name, ours, peer, target }) => ({
    name,
    target,
    ratio: ratioOf(ratesOf(report, ours), ratesOf(report, peer)),
  }));

const ratesOf = ({ ours, peers }: BenchReport, name: string): readonly number[] =>
  [...ours, ...peers].find((series) => series.name === name)?.rates ?? [];

const savedSeries = ({ name, rates }: Series) =>
  [name, { ...rounded(spreadOf(rates), Math.round), rounds: rates.map(Math.round) }] as const;

const rounded = ({ median, min, max, iqr }: Spread, round: (value: number) => number): Spread => ({
  median: round(median),
  min: round(min),
  max: round(max),
  iqr: round(iqr),
});

const toPlaces = (value: number): number => Number(value.toFixed(3));

const cellsOf = ({ median, min, max, iqr }: Spread, show: (value: number) => string): string[] => [
  show(median),
  `${show(min)}–${show(max)}`,
  show(iqr),
];

const aligned = (lines: readonly (readonly string[])[]): string => {
  const widths = [0, 1, 2, 3, 4].map((column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  return lines
    .map((line) => line.map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0))).join('  '))
    .map((line) => line.trimEnd())
    .join('\n');
};
