import type { Exposition, Family } from './exposition.ts';

const HEAD = `# Metrics

Made from what a running API and worker tell, by \`npm run docs\`; a test keeps it so.

Both processes tell their metrics at \`/metrics\` of their \`OPERATIONS_PORT\`, without a key, in the text format of Prometheus
([deploy/prometheus](../../deploy/prometheus) is ready to use). Besides these there are \`process_*\` and \`nodejs_*\` of
prom-client: CPU, memory, event loop, garbage collection.

- Seconds and bytes, never their multiples. Counters begin at zero with each process: look at \`rate()\` or \`increase()\`.
- \`otklik_queue_*\` and \`otklik_workers_seen\` are asked of the shared stores at each scrape, and every API process tells the
  same: take \`max\`, not \`sum\`. When the store can't be asked they are absent.
- Labels take their values from short closed lists. No ids, no addresses, no texts.
- A name that stands here stays, or its change stands in the changelog.
`;

/** Headings in order, by how the names behind \`otklik_\` begin. */
const sections: readonly (readonly [string, RegExp])[] = [
  ['The process', /^build_/],
  ['Requests', /^http_/],
  ['Jobs', /^(jobs?|attempts)_/],
  ['Queues and workers', /^(queue|workers?)_/],
  ['Signals between processes', /^signals_/],
  ['Repairs and retention', /^(reconciler|retention)_/],
  ['VK and comments', /^(vk|comments)_/],
  ['Cache', /^cache_/],
  ['Database', /^db_/],
];

/** `docs/operations/metrics.md`. Throws for a metric whose section is not known. */
export const metricsPage = (told: ReadonlyMap<string, Exposition>, all: Exposition): string => {
  const ours = [...all.values()].filter(({ name }) => name.startsWith('otklik_')).toSorted((a, b) => a.name.localeCompare(b.name));
  const homeless = ours.filter(({ name }) => !sections.some(([, pattern]) => isIn(name, pattern)));
  if (homeless.length > 0) throw new Error(`No section of the page for ${homeless.map(({ name }) => name).join(', ')}.`);
  const pages = sections.map(([title, pattern]) => {
    const rows = ours.filter(({ name }) => isIn(name, pattern)).map((family) => rowOf(family, told));
    return rows.length === 0 ? '' : `\n## ${title}\n\n| metric | type | labels | of | meaning |\n|---|---|---|---|---|\n${rows.join('')}`;
  });
  return `${HEAD}${pages.join('')}`;
};

const isIn = (name: string, pattern: RegExp): boolean => pattern.test(name.slice('otklik_'.length));

const rowOf = ({ name, type, labels, help }: Family, told: ReadonlyMap<string, Exposition>): string => {
  const tellers = [...told].filter(([, families]) => families.get(name)?.hasSeries).map(([process]) => process);
  const cells = [`\`${name}\``, type, [...labels.keys()].map((label) => `\`${label}\``).join(' '), tellers.join(', '), help];
  return `| ${cells.join(' | ')} |\n`;
};
