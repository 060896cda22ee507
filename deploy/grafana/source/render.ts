import type { Bars, Dashboard, Lines, Panel, Query, Row, Stat, Table, Text, Threshold } from './panel.ts';
import { renderVariables } from './variables.ts';

const COLUMNS = 24;
const HEIGHTS: Readonly<Record<Exclude<Panel['kind'], 'text'>, number>> = { stat: 4, timeseries: 8, bargauge: 8, table: 8 };
const DATASOURCE = { type: 'prometheus', uid: '${datasource}' };

type Json = Readonly<Record<string, unknown>>;
type Links = ReadonlyMap<string, string>;

/** A dashboard in Grafana's own format, ready to be written. `links` leads from an alert to its section of the runbook. */
export const renderDashboard = ({ name, title, description, variables, rows }: Dashboard, links: Links): string =>
  `${JSON.stringify(
    {
      uid: `otklik-${name}`,
      title,
      description,
      tags: ['otklik'],
      timezone: 'browser',
      editable: false,
      graphTooltip: 1,
      refresh: '30s',
      schemaVersion: 39,
      version: 1,
      time: { from: 'now-3h', to: 'now' },
      templating: { list: renderVariables(variables) },
      annotations: { list: [restarts] },
      links: [{ type: 'dashboards', title: 'Otklik', tags: ['otklik'], asDropdown: false, keepTime: true, includeVars: true }],
      panels: layOut(rows).map((placed, index) => ({ id: index + 1, ...renderPlaced(placed, links) })),
    },
    null,
    2,
  )}\n`;

/** A line through every graph where a process began: most faults begin with a deployment. */
const restarts: Json = {
  name: 'Starts of processes',
  datasource: DATASOURCE,
  enable: true,
  iconColor: 'blue',
  expr: 'changes(process_start_time_seconds{job=~"otklik-.+"}[1m]) > 0',
  titleFormat: 'Started',
  textFormat: '{{job}} {{instance}}',
};

type Place = { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
type Placed = { readonly place: Place; readonly what: Panel | Pick<Row, 'title'> };

/** From left to right, a new line where the width ends, each row under a heading of its own. */
const layOut = (rows: readonly Row[]): readonly Placed[] => {
  const placed: Placed[] = [];
  let y = 0;
  for (const { title, panels } of rows) {
    placed.push({ place: { x: 0, y, w: COLUMNS, h: 1 }, what: { title } });
    y += 1;
    let x = 0;
    let lineHeight = 0;
    for (const panel of panels) {
      if (x + panel.width > COLUMNS) [x, y, lineHeight] = [0, y + lineHeight, 0];
      const h = panel.kind === 'text' ? panel.height : HEIGHTS[panel.kind];
      placed.push({ place: { x, y, w: panel.width, h }, what: panel });
      x += panel.width;
      lineHeight = Math.max(lineHeight, h);
    }
    y += lineHeight;
  }
  return placed;
};

const renderPlaced = ({ place, what }: Placed, links: Links): Json => ({
  ...('kind' in what ? renderPanel(what, links) : { type: 'row', title: what.title, collapsed: false, panels: [] }),
  gridPos: place,
});

const renderPanel = (panel: Panel, links: Links): Json => {
  if (panel.kind === 'text') return renderText(panel);
  const { kind, title, alerts = [] } = panel;
  const watched = alerts.length === 0 ? '' : `\n\nWatched by ${alerts.join(', ')}.`;
  return {
    type: kind,
    title,
    description: `${panel.description}${watched}`,
    datasource: DATASOURCE,
    links: alerts.map((alert) => ({ title: `Runbook: ${alert}`, url: links.get(alert) ?? '' })),
    ...(panel.kind === 'table' ? renderTable(panel) : renderNumbers(panel)),
  };
};

const renderText = ({ title, markdown }: Text): Json => ({ type: 'text', title, options: { mode: 'markdown', content: markdown } });

const renderNumbers = (panel: Stat | Lines | Bars): Json => ({
  targets: panel.queries.map((query, index) => renderQuery(query, index, panel.kind !== 'timeseries')),
  fieldConfig: {
    defaults: {
      unit: panel.unit,
      min: 0,
      thresholds: { mode: 'absolute', steps: renderThresholds(panel.thresholds ?? []) },
      ...(panel.kind === 'stat' && panel.words && { mappings: [{ type: 'value', options: panel.words }] }),
      ...(panel.kind === 'timeseries' && { color: { mode: 'palette-classic' }, custom: renderLineStyle(panel) }),
    },
    overrides: [],
  },
  options: optionsOf[panel.kind],
});

const optionsOf: Readonly<Record<'stat' | 'timeseries' | 'bargauge', Json>> = {
  stat: { reduceOptions: { calcs: ['lastNotNull'] }, colorMode: 'background', graphMode: 'none', textMode: 'auto' },
  timeseries: {
    legend: { displayMode: 'table', placement: 'right', calcs: ['lastNotNull', 'max'], showLegend: true },
    tooltip: { mode: 'multi', sort: 'desc' },
  },
  bargauge: { reduceOptions: { calcs: ['lastNotNull'] }, orientation: 'horizontal', displayMode: 'basic', showUnfilled: true },
};

const renderLineStyle = ({ stacked = false, thresholds = [] }: Lines): Json => ({
  lineWidth: 1,
  fillOpacity: stacked ? 40 : 5,
  showPoints: 'never',
  // A gap is news: a process that told nothing did not tell zero.
  spanNulls: false,
  stacking: { mode: stacked ? 'normal' : 'none', group: 'A' },
  thresholdsStyle: { mode: thresholds.length > 0 ? 'dashed' : 'off' },
});

const renderThresholds = (thresholds: readonly Threshold[]): readonly Json[] => [
  { color: 'green', value: null },
  ...thresholds.map(({ from, color }) => ({ color, value: from })),
];

const renderTable = ({ expr, hidden, unit = 'short' }: Table): Json => ({
  targets: [{ ...renderQuery({ expr, legend: '' }, 0, true), format: 'table' }],
  fieldConfig: { defaults: { unit }, overrides: [runbookColumn] },
  options: { showHeader: true, cellHeight: 'sm' },
  transformations: [{ id: 'organize', options: { excludeByName: Object.fromEntries(['Time', ...hidden].map((label) => [label, true])) } }],
});

/** The name of an alert leads to the page that explains it. */
const runbookColumn: Json = {
  matcher: { id: 'byName', options: 'alertname' },
  properties: [{ id: 'links', value: [{ title: 'Runbook', url: '/d/otklik-runbook' }] }],
};

const renderQuery = ({ expr, legend }: Query, index: number, instant: boolean): Json => ({
  refId: String.fromCodePoint(65 + index),
  datasource: DATASOURCE,
  expr,
  legendFormat: legend,
  ...(instant ? { instant: true, range: false } : { range: true }),
});
