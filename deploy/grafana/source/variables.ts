import type { Dashboard } from './panel.ts';

type Json = Readonly<Record<string, unknown>>;
type Name = Dashboard['variables'][number];

const questions: Readonly<Record<Name, { readonly label: string; readonly query: string }>> = {
  instance: { label: 'Process', query: 'label_values(up{job=~"otklik-.+"}, instance)' },
  type: { label: 'Type of job', query: 'label_values(otklik_queue_jobs, type)' },
};

/** What the reader may choose; at first all of it is shown. */
export const renderVariables = (names: readonly Name[]): readonly Json[] => [datasource, ...names.map(renderVariable)];

const datasource: Json = { name: 'datasource', label: 'Prometheus', type: 'datasource', query: 'prometheus', hide: 0, refresh: 1 };

const renderVariable = (name: Name): Json => ({
  name,
  label: questions[name].label,
  type: 'query',
  datasource: { type: 'prometheus', uid: '${datasource}' },
  definition: questions[name].query,
  query: { qryType: 1, query: questions[name].query, refId: `variable-${name}` },
  multi: true,
  includeAll: true,
  allValue: '.*',
  current: { selected: true, text: ['All'], value: ['$__all'] },
  refresh: 2,
  sort: 1,
  hide: 0,
});
