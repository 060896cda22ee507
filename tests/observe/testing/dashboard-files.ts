import { parse } from 'yaml';
import { z } from 'zod';
import { filesOf, textOf } from './rule-files.ts';

const Datasource = z.strictObject({ type: z.literal('prometheus'), uid: z.literal('${datasource}') });
const Link = z.object({ title: z.string().min(1), url: z.string().startsWith('/d/') });

const Place = z.strictObject({ x: z.int().min(0).max(23), y: z.int().min(0), w: z.int().min(1).max(24), h: z.int().min(1).max(40) });
const Framed = z.looseObject({ id: z.int().positive(), title: z.string().min(1), gridPos: Place });

const Target = z.looseObject({
  refId: z.string().regex(/^[A-Z]$/),
  expr: z.string().min(1),
  datasource: Datasource,
  legendFormat: z.string(),
});
const Drawn = Framed.extend({
  type: z.enum(['stat', 'timeseries', 'bargauge', 'table']),
  description: z.string().min(20),
  datasource: Datasource,
  targets: z.array(Target).min(1),
  links: z.array(Link),
  fieldConfig: z.looseObject({ defaults: z.looseObject({ unit: z.string() }) }),
});
const Text = Framed.extend({ type: z.literal('text'), options: z.object({ mode: z.literal('markdown'), content: z.string().min(1) }) });
const Row = Framed.extend({ type: z.literal('row'), collapsed: z.literal(false), panels: z.tuple([]) });

const Panel = z.discriminatedUnion('type', [Drawn, Text, Row]);
export type Panel = z.output<typeof Panel>;
export type DrawnPanel = z.output<typeof Drawn>;

const Variable = z.looseObject({
  name: z.string(),
  type: z.enum(['datasource', 'query']),
  query: z.unknown(),
  definition: z.string().optional(),
});

const Dashboard = z.looseObject({
  uid: z.string().regex(/^otklik-[a-z-]{1,33}$/),
  title: z.string().startsWith('Otklik / '),
  tags: z.tuple([z.literal('otklik')]),
  schemaVersion: z.int(),
  templating: z.object({ list: z.array(Variable) }),
  annotations: z.object({ list: z.array(z.looseObject({ expr: z.string() })) }),
  links: z.array(z.looseObject({ type: z.literal('dashboards'), tags: z.tuple([z.literal('otklik')]) })).length(1),
  panels: z.array(Panel).min(1),
});
export type Dashboard = z.output<typeof Dashboard>;

/** The files that Grafana reads. Throws where one is not what Grafana wants. */
export const readDashboards = (): readonly Dashboard[] =>
  filesOf('deploy/grafana/dashboards/*.json').map((path) => Dashboard.parse(JSON.parse(textOf(path))));

export const drawnPanels = ({ panels }: Dashboard): readonly DrawnPanel[] =>
  panels.flatMap((panel) => (panel.type === 'row' || panel.type === 'text' ? [] : [panel]));

export type Expression = { readonly where: string; readonly expr: string };

/** Every PromQL expression of a dashboard, with what the reader can choose set to everything. */
export const expressionsOf = (dashboard: Dashboard): readonly Expression[] => [
  ...drawnPanels(dashboard).flatMap(({ title, targets }) =>
    targets.map(({ expr }) => ({ where: `${dashboard.title}: ${title}`, expr: expr.replaceAll(/\$[a-z]+/g, '.*') })),
  ),
  ...dashboard.annotations.list.map(({ expr }) => ({ where: `${dashboard.title}: annotation`, expr })),
  ...dashboard.templating.list.flatMap(({ name, definition = '' }) => {
    const [, expr] = /^label_values\((.+), [a-z]+\)$/.exec(definition) ?? [];
    return expr === undefined ? [] : [{ where: `${dashboard.title}: variable ${name}`, expr }];
  }),
];

export const readYaml = <T>(path: string, schema: z.ZodType<T>): T => schema.parse(parse(textOf(path)));
