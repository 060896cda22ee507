import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { REPO_ROOT } from '@otklik/testing';
import { parse } from 'yaml';
import { z } from 'zod';

const Recording = z.strictObject({ record: z.string(), expr: z.string() });
const Alert = z.strictObject({
  alert: z.string().startsWith('Otklik'),
  expr: z.string(),
  for: z.string().optional(),
  labels: z.strictObject({ severity: z.enum(['critical', 'warning', 'info']) }),
  annotations: z.strictObject({ summary: z.string(), description: z.string(), runbook_url: z.string() }),
});
export type Alert = z.output<typeof Alert>;

const RuleFile = z.strictObject({ groups: z.array(z.strictObject({ name: z.string(), rules: z.array(z.union([Alert, Recording])) })) });

const TestFile = z.looseObject({
  tests: z.array(
    z.looseObject({ alert_rule_test: z.array(z.looseObject({ alertname: z.string(), exp_alerts: z.array(z.unknown()) })).default([]) }),
  ),
});

/** Paths from the root of the repository, in order. */
export const filesOf = (pattern: string): readonly string[] => globSync(pattern, { cwd: REPO_ROOT }).toSorted();

export const textOf = (path: string): string => readFileSync(join(REPO_ROOT, path), 'utf8');

const rules = () =>
  filesOf('deploy/prometheus/rules/*.yml').flatMap((path) => RuleFile.parse(parse(textOf(path))).groups.flatMap((group) => group.rules));

/** Every alert of deploy/prometheus/rules. */
export const readAlerts = (): readonly Alert[] => rules().flatMap((rule) => ('alert' in rule ? [rule] : []));

/** Expressions of the recording rules, by the name that they record. */
export const readRecordings = (): ReadonlyMap<string, string> =>
  new Map(rules().flatMap((rule) => ('record' in rule ? [[rule.record, rule.expr]] : [])));

export type AlertCheck = { readonly alert: string; readonly fires: boolean; readonly file: string };

/** What deploy/prometheus/tests asserts, without the series. */
export const readAlertChecks = (): readonly AlertCheck[] =>
  filesOf('deploy/prometheus/tests/*.yml').flatMap((file) =>
    TestFile.parse(parse(textOf(file))).tests.flatMap(({ alert_rule_test }) =>
      alert_rule_test.map(({ alertname, exp_alerts }) => ({ alert: alertname, fires: exp_alerts.length > 0, file })),
    ),
  );
