/** Values of a series' labels. Every one of them must come from a short, closed list: each combination is a series for ever. */
export type LabelValues<L extends string> = Readonly<Record<L, string>>;

export type MetricSpec<L extends string> = {
  /** By the conventions of Prometheus: `otklik_…`, base units (`_seconds`, `_bytes`), `_total` for counters. */
  readonly name: string;
  /** One sentence for the operator. */
  readonly help: string;
  readonly labels?: readonly L[];
};

export type HistogramSpec<L extends string> = MetricSpec<L> & {
  /** Upper bounds, ascending. Default: 5 ms to 10 s, for requests. */
  readonly buckets?: readonly number[];
};

export type Counter<L extends string> = { inc(labels: LabelValues<L>, by?: number): void };
export type Gauge<L extends string> = {
  set(labels: LabelValues<L>, value: number): void;
  /** Forgets all its series, until they are set again: for gauges that are written anew at every scrape. Without labels it is 0 before. */
  reset(): void;
};
export type Histogram<L extends string> = {
  observe(labels: LabelValues<L>, value: number): void;
  /** Tells the series before its first observation, which Prometheus would not see as growth otherwise. */
  zero(labels: LabelValues<L>): void;
};

/** What a scrape gets: the text, and the media type to serve it under. */
export type Exposition = { readonly contentType: string; readonly text: string };

/**
 * Numbers of one process. Asking for a metric that exists already returns it, so that two parts of a process may share
 * one. A gauge without labels takes `{}`.
 */
export type Metrics = {
  counter<L extends string = never>(spec: MetricSpec<L>): Counter<L>;
  gauge<L extends string = never>(spec: MetricSpec<L>): Gauge<L>;
  histogram<L extends string = never>(spec: HistogramSpec<L>): Histogram<L>;
  /**
   * Called at each scrape, before the text is written, to set gauges that are expensive to keep up. One that fails is
   * logged and leaves the others alone; one that is slow is not waited for longer than a second.
   */
  onScrape(name: string, fill: () => Promise<void> | void): void;
  expose(): Promise<Exposition>;
};

const nothing = (): void => undefined;

/** Counts nothing. */
export const noMetrics: Metrics = {
  counter: () => ({ inc: nothing }),
  gauge: () => ({ set: nothing, reset: nothing }),
  histogram: () => ({ observe: nothing, zero: nothing }),
  onScrape: nothing,
  expose: async () => ({ contentType: 'text/plain', text: '' }),
};
