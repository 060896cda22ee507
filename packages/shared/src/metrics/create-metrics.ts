import * as prom from 'prom-client';
import { toAppError } from '../errors/app-error.ts';
import { withDeadline } from '../lifecycle/with-deadline.ts';
import type { Logger } from '../logging/logger.ts';
import type { Exposition, MetricSpec, Metrics } from './metrics.ts';

export type MetricsOptions = {
  /** Stands in `otklik_build_info`: which program speaks. */
  readonly service: string;
  readonly version: string;
  readonly logger: Logger;
};

/** A scrape gives up after ten seconds by default; one slow part must not cost it all the others. */
const FILL_DEADLINE_MS = 1_000;

/** From a quick answer out of memory to one at the end of its deadline. */
const DEFAULT_BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** The metrics of one process: ours, and those of Node itself (`process_…`, `nodejs_…`, event loop included). */
export const createMetrics = ({ service, version, logger }: MetricsOptions): Metrics => {
  const registry = new prom.Registry();
  prom.collectDefaultMetrics({ register: registry });
  const fills = new Map<string, () => Promise<void> | void>();
  const counters = new Map<string, prom.Counter>();
  const gauges = new Map<string, prom.Gauge>();
  const histograms = new Map<string, prom.Histogram>();

  const fill = async (): Promise<void> => {
    await Promise.all(
      [...fills].map(async ([name, one]) => {
        try {
          await withDeadline(Promise.resolve(one()), FILL_DEADLINE_MS, name);
        } catch (thrown) {
          logger.warn('a part of the metrics is missing', { part: name, error: toAppError(thrown) });
        }
      }),
    );
  };

  const metrics: Metrics = {
    counter: (spec) => {
      const counter = known(counters, spec.name, () => new prom.Counter(settingsOf(spec, registry)));
      return { inc: (labels, by = 1) => counter.inc(labels, by) };
    },
    gauge: (spec) => {
      const gauge = known(gauges, spec.name, () => new prom.Gauge(settingsOf(spec, registry)));
      return { set: (labels, value) => gauge.set(labels, value), reset: () => forget(gauge, spec) };
    },
    histogram: (spec) => {
      const buckets = [...(spec.buckets ?? DEFAULT_BUCKETS)];
      const histogram = known(histograms, spec.name, () => new prom.Histogram({ ...settingsOf(spec, registry), buckets }));
      return { observe: (labels, value) => histogram.observe(labels, value), zero: (labels) => histogram.zero(labels) };
    },
    onScrape: (name, one) => void fills.set(name, one),
    expose: async (): Promise<Exposition> => {
      await fill();
      return { contentType: registry.contentType, text: await registry.metrics() };
    },
  };
  metrics
    .gauge({ name: 'otklik_build_info', help: 'Which program of which version this is; always 1.', labels: ['service', 'version'] })
    .set({ service, version }, 1);
  return metrics;
};

/** One without labels would come back as 0, which says something. */
const forget = (gauge: prom.Gauge, { labels = [] }: MetricSpec<string>): void => {
  gauge.reset();
  if (labels.length === 0) gauge.remove();
};

const known = <M>(metrics: Map<string, M>, name: string, make: () => M): M => {
  const found = metrics.get(name) ?? make();
  metrics.set(name, found);
  return found;
};

const settingsOf = ({ name, help, labels = [] }: MetricSpec<string>, registry: prom.Registry) => ({
  name,
  help,
  labelNames: [...labels],
  registers: [registry],
});
