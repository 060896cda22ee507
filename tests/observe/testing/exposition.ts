export type Family = {
  readonly name: string;
  readonly type: string;
  readonly help: string;
  /** Labels of its series, in order, with the values that were seen; `le` of histograms left out. */
  readonly labels: ReadonlyMap<string, ReadonlySet<string>>;
  /** Whether there is a series at all: one with labels has none before something happened. */
  readonly hasSeries: boolean;
};

/** What a process tells at `/metrics`, by the name of the metric. */
export type Exposition = ReadonlyMap<string, Family>;

/** Reads Prometheus' text format, as far as prom-client writes it. */
export const parseExposition = (text: string): Exposition => {
  const heads = [...text.matchAll(/^# HELP (\S+) (.*)\n# TYPE \S+ (\w+)$/gm)];
  const series = [...text.matchAll(/^([a-zA-Z_]\w*)(?:\{(.*)\})? \S+$/gm)];
  return new Map(
    heads.map(([, name = '', help = '', type = '']) => {
      const own = series.filter(([, found = '']) => familyOf(found, type) === name);
      return [name, { name, type, help, labels: labelsOf(own.map(([, , labels = '']) => labels)), hasSeries: own.length > 0 }];
    }),
  );
};

const familyOf = (series: string, type: string): string => (type === 'histogram' ? series.replace(/_(bucket|sum|count)$/, '') : series);

const labelsOf = (series: readonly string[]): ReadonlyMap<string, ReadonlySet<string>> => {
  const labels = new Map<string, Set<string>>();
  for (const text of series) {
    for (const [, label = '', value = ''] of text.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)) {
      if (label !== 'le') labels.set(label, (labels.get(label) ?? new Set()).add(value));
    }
  }
  return labels;
};

/** What several processes tell together. */
export const mergeExpositions = (expositions: readonly Exposition[]): Exposition => {
  const merged = new Map<string, Family>();
  for (const family of expositions.flatMap((exposition) => [...exposition.values()])) {
    const known = merged.get(family.name);
    if (known === undefined || !known.hasSeries) merged.set(family.name, family);
    else if (family.hasSeries) merged.set(family.name, { ...known, labels: mergeLabels(known.labels, family.labels) });
  }
  return merged;
};

const mergeLabels = (one: Family['labels'], other: Family['labels']): Family['labels'] =>
  new Map([...one].map(([label, values]) => [label, new Set([...values, ...(other.get(label) ?? [])])]));
