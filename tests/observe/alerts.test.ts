import { describe, expect, test } from '@jest/globals';
import { describeWithPromtool, promtool } from './testing/promtool.ts';
import { filesOf, readAlertChecks, readAlerts, textOf } from './testing/rule-files.ts';

const alerts = readAlerts();
const names = alerts.map(({ alert }) => alert).toSorted();

describe('the alerts', () => {
  test('when an operator is told, then the runbook has a section for it that says what it means, where to look, what to do', () => {
    const sections = textOf('docs/operations/runbook.md').split(/^## /m).slice(1);
    expect(sections.map((section) => section.slice(0, section.indexOf('\n'))).toSorted()).toEqual(names);
    for (const section of sections) expect(section).toMatch(/\n- \*\*Means:\*\* [^]+\n- \*\*Look:\*\* [^]+\n- \*\*Do:\*\* /);
    expect(alerts.map(({ annotations }) => annotations.runbook_url)).toEqual(
      alerts.map(({ alert }) => `docs/operations/runbook.md#${alert.toLowerCase()}`),
    );
  });

  test('when somebody adds an alert, then it has a test where it fires, one where it is silent, and one on a healthy day', () => {
    const checks = readAlertChecks();
    const where = (keep: (check: (typeof checks)[number]) => boolean): string[] => [
      ...new Set(checks.filter(keep).map(({ alert }) => alert)),
    ];
    expect(where(({ fires }) => fires).toSorted()).toEqual(names);
    expect(where(({ fires, file }) => !fires && !file.endsWith('healthy.yml')).toSorted()).toEqual(names);
    expect(where(({ fires, file }) => !fires && file.endsWith('healthy.yml')).toSorted()).toEqual(names);
  });

  test('when two alerts are looked up, then they have two names', () => {
    expect(new Set(names).size).toBe(names.length);
  });
});

describeWithPromtool('Prometheus', () => {
  test('when it starts with our configuration, then it takes the configuration and every rule', () => {
    expect(promtool(['check', 'config', 'deploy/prometheus/prometheus.yml'])).toMatchObject({ isGood: true });
    expect(promtool(['check', 'rules', ...filesOf('deploy/prometheus/rules/*.yml')])).toMatchObject({ isGood: true });
  });

  test('when the series of the tests come in, then the alerts fire and are silent as the tests say', () => {
    expect(promtool(['test', 'rules', ...filesOf('deploy/prometheus/tests/*.yml')])).toMatchObject({ isGood: true });
  });
});
