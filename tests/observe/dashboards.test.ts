import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { makeTempDir } from '@otklik/testing';
import { stringify } from 'yaml';
import { z } from 'zod';
import { type Panel, drawnPanels, expressionsOf, readDashboards, readYaml } from './testing/dashboard-files.ts';
import { describeWithPromtool, promtool } from './testing/promtool.ts';

const dashboards = readDashboards();
const titles = dashboards.map(({ title }) => title);

const isOverlap = ({ gridPos: a }: Panel, { gridPos: b }: Panel): boolean =>
  a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;

describe('the dashboards', () => {
  test('when Grafana opens them, then each has a place of its own in it', () => {
    expect(new Set(dashboards.map(({ uid }) => uid)).size).toBe(dashboards.length);
    expect(new Set(titles).size).toBe(dashboards.length);
  });

  test.each(dashboards)('when the panels of $title are drawn, then none covers another or leaves the grid', ({ panels }) => {
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
    expect(panels.filter(({ gridPos: { x, w } }) => x + w > 24)).toEqual([]);
    const covering = panels.flatMap((panel, index) => panels.slice(index + 1).filter((other) => isOverlap(panel, other)));
    expect(covering).toEqual([]);
  });

  test.each(dashboards)('when somebody reads $title, then it asks for what is declared, and all its choices are used', (dashboard) => {
    const asked = drawnPanels(dashboard).flatMap(({ targets }) => targets.flatMap(({ expr }) => expr.match(/\$[a-z]+/g) ?? []));
    const declared = dashboard.templating.list.map(({ name }) => `$${name}`).filter((name) => name !== '$datasource');
    expect([...new Set(asked)].toSorted()).toEqual(declared.toSorted());
  });

  test('when a link to the runbook is followed, then it leads to the section of that alert', () => {
    const sections = new Map(
      dashboards.flatMap(({ uid, panels }) => panels.map(({ id, title }) => [`/d/${uid}?viewPanel=${id}`, `Runbook: ${title}`])),
    );
    const links = dashboards.flatMap((dashboard) => drawnPanels(dashboard).flatMap((panel) => panel.links));
    expect(links.length).toBeGreaterThan(10);
    expect(links.filter(({ url, title }) => sections.get(url) !== title)).toEqual([]);
  });

  test('when Grafana starts, then it finds Prometheus and the folder of the dashboards', () => {
    const Sources = z.object({ datasources: z.array(z.looseObject({ type: z.string(), url: z.url() })) });
    const Providers = z.object({ providers: z.array(z.looseObject({ options: z.looseObject({ path: z.string() }) })) });
    expect(readYaml('deploy/grafana/provisioning/datasources/prometheus.yml', Sources).datasources[0]?.type).toBe('prometheus');
    expect(readYaml('deploy/grafana/provisioning/dashboards/otklik.yml', Providers).providers).toHaveLength(1);
  });
});

describeWithPromtool('Prometheus', () => {
  test('when a panel asks it something, then it understands the question', () => {
    const rules = dashboards
      .flatMap(expressionsOf)
      .map(({ expr, where }, index) => ({ record: `q${index}`, expr, labels: { where: where.replaceAll(/\W+/g, '_') } }));
    const dir = makeTempDir();
    const file = join(dir.path, 'panels.yml');
    writeFileSync(file, stringify({ groups: [{ name: 'panels', rules }] }));
    const verdict = promtool(['check', 'rules', file]);
    dir.remove();
    expect(verdict).toMatchObject({ isGood: true });
    expect(verdict.output).toContain(`${rules.length} rules found`);
  });
});
