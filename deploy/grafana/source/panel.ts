/** What a number is measured in: Grafana's own names. */
export type Unit = 's' | 'bytes' | 'percentunit' | 'short' | 'reqps' | 'ops' | 'dateTimeFromNow';

export type Query = {
  /** PromQL. `$instance` and `$type` are what the reader has chosen, so they stand in `=~` matchers. */
  readonly expr: string;
  /** Name of the line, with labels in braces: `{{type}}`. */
  readonly legend: string;
};

/** From this value on the number is shown in this colour. */
export type Threshold = { readonly from: number; readonly color: 'green' | 'yellow' | 'orange' | 'red' };

type Frame = {
  readonly title: string;
  /** What the reader should see in it, and what is normal. */
  readonly description: string;
  /** Of 24 columns. */
  readonly width: number;
  /** The alerts that watch the same thing; the panel links to their sections of the runbook. */
  readonly alerts?: readonly string[];
};

type Numbers = Frame & {
  readonly unit: Unit;
  readonly queries: readonly Query[];
  /** Green without any. */
  readonly thresholds?: readonly Threshold[];
};

/** One number, large. */
export type Stat = Numbers & {
  readonly kind: 'stat';
  /** Words in the place of values. */
  readonly words?: Readonly<Record<string, { readonly text: string; readonly color: string }>>;
};
/** Lines over time; `stacked` for parts of a whole. */
export type Lines = Numbers & { readonly kind: 'timeseries'; readonly stacked?: boolean };
/** Bars for the present values, the longest first. */
export type Bars = Numbers & { readonly kind: 'bargauge' };
/** One row per series, its labels as columns. */
export type Table = Frame & { readonly kind: 'table'; readonly expr: string; readonly hidden: readonly string[]; readonly unit?: Unit };
export type Text = {
  readonly kind: 'text';
  readonly title: string;
  readonly markdown: string;
  readonly width: number;
  readonly height: number;
};

export type Panel = Stat | Lines | Bars | Table | Text;

export type Row = { readonly title: string; readonly panels: readonly Panel[] };

export type Dashboard = {
  /** Name of the file, and of the link: `/d/otklik-<name>`. */
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly variables: readonly ('instance' | 'type')[];
  readonly rows: readonly Row[];
};
