import { type Exposition, type Family, parseExposition } from './exposition.ts';
import { type Selector, readPromql } from './promql.ts';

/** What Prometheus adds by itself. */
const PROMETHEUS = `
# HELP up Whether the last scrape went well.
# TYPE up gauge
up{job="otklik-api"} 1
up{job="otklik-worker"} 1
# HELP ALERTS Alerts that are pending or fire.
# TYPE ALERTS gauge
ALERTS{alertname="",alertstate="firing",severity="critical"} 1
ALERTS{alertname="",alertstate="pending",severity="warning"} 1
`;
/** Labels that a scrape adds to every series. */
const TARGET = new Map([['job', new Set(['otklik-api', 'otklik-worker'])]]);
/** What a healthy run has no reason to tell. */
const RARE = new Map([
  ['status', ['500', '503']],
  ['route', ['/health']],
]);

/** Names of all series and their labels, and what is wrong with an expression that asks for others. */
export const createKnownSeries = (scraped: Exposition, recordings: ReadonlyMap<string, string>) => {
  const series = new Map<string, Family>();
  for (const [name, family] of [...parseExposition(PROMETHEUS), ...scraped]) {
    const names = family.type === 'histogram' ? ['_bucket', '_sum', '_count'].map((suffix) => `${name}${suffix}`) : [name];
    for (const one of names) series.set(one, family);
  }
  for (const [name, expr] of recordings) series.set(name, recorded(name, expr, series));

  const faultsOfSelector = ({ metric, matchers }: Selector): readonly string[] => {
    const family = series.get(metric);
    if (family === undefined) return [`nobody tells ${metric}`];
    return matchers.flatMap(({ label, operator, value }) => {
      const told = family.labels.get(label) ?? TARGET.get(label);
      if (label === 'instance') return [];
      if (told === undefined) return [`${metric} has no label ${label}`];
      const values = [...told, ...(RARE.get(label) ?? [])];
      const wanted = operator.includes('~') ? value.split('|') : [value];
      const unknown = wanted.filter((one) => !values.some((known) => new RegExp(`^(?:${one})$`).test(known)));
      return unknown.map((one) => `${metric} never has ${label}="${one}"`);
    });
  };

  return {
    faultsOf: (expr: string): readonly string[] => {
      const { selectors, groupedBy } = readPromql(expr);
      const labels = new Set([
        'job',
        'instance',
        'le',
        ...selectors.flatMap(({ metric }) => [...(series.get(metric)?.labels.keys() ?? [])]),
      ]);
      const strange = groupedBy.filter((label) => !labels.has(label)).map((label) => `nothing in it has the label ${label}`);
      return [...selectors.flatMap(faultsOfSelector), ...strange];
    },
  };
};

/** `type_state:…`: the name of what a rule records begins with the labels that it keeps, `otklik:` where it keeps none. */
const recorded = (name: string, expr: string, series: ReadonlyMap<string, Family>): Family => {
  const [level = ''] = name.split(':');
  const labels = level === 'otklik' ? [] : level.split('_');
  const sources = readPromql(expr).selectors.flatMap(({ metric }) => series.get(metric) ?? []);
  const valuesOf = (label: string): ReadonlySet<string> => new Set(sources.flatMap((family) => [...(family.labels.get(label) ?? [])]));
  return { name, type: 'gauge', help: '', hasSeries: true, labels: new Map(labels.map((label) => [label, valuesOf(label)])) };
};
