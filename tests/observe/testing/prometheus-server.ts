import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from '@jest/globals';
import { findFreePort } from '@otklik/embedded-postgres';
import { REPO_ROOT, guard, makeTempDir, waitFor } from '@otklik/testing';
import { stringify } from 'yaml';
import { z } from 'zod';
import { filesOf } from './rule-files.ts';

const Answer = z.object({
  status: z.literal('success'),
  data: z.object({ result: z.array(z.looseObject({ metric: z.record(z.string(), z.string()) })) }),
});
const Rules = z.object({
  data: z.object({
    groups: z.array(z.object({ rules: z.array(z.object({ name: z.string(), health: z.string(), lastError: z.string().optional() })) })),
  }),
});

export type PrometheusUnderTest = {
  /** Labels of the series that a question is answered with. Throws when Prometheus does not understand it. */
  ask(expr: string): Promise<readonly Readonly<Record<string, string>>[]>;
  /** Every rule, and whether its last evaluation went well: `ok`, `err` with the error, or `unknown` before the first. */
  rules(): Promise<readonly { readonly name: string; readonly health: string }[]>;
  stop(): Promise<void>;
};

/** Whether Prometheus itself is on the PATH; Debian's package brings it together with promtool. */
export const hasPrometheus = (): boolean => spawnSync('prometheus', ['--version']).status === 0;

/** A test that needs it: skipped, and counted as skipped, where it is not; `REQUIRE_PROMTOOL=1` makes that a failure. */
export const testWithPrometheus = hasPrometheus() || process.env['REQUIRE_PROMTOOL'] === '1' ? test : test.skip;

/** A Prometheus with our rules that scrapes the given `/metrics` every second. */
export const startPrometheus = async (jobs: Readonly<Record<string, string>>): Promise<PrometheusUnderTest> => {
  const dir = makeTempDir();
  const port = await findFreePort();
  const config = join(dir.path, 'prometheus.yml');
  writeFileSync(config, stringify(configOf(jobs)));
  const child = spawn(
    'prometheus',
    [`--config.file=${config}`, `--storage.tsdb.path=${dir.path}/data`, `--web.listen-address=127.0.0.1:${port}`, '--log.level=warn'],
    { stdio: 'ignore' },
  );
  const exited = once(child, 'exit');
  const callOff = guard({ pids: child.pid === undefined ? [] : [child.pid], dirs: [dir.path] });
  const get = async (path: string): Promise<unknown> => (await fetch(`http://127.0.0.1:${port}${path}`)).json();
  await waitFor(async () => (await fetch(`http://127.0.0.1:${port}/-/ready`)).ok, { timeoutMs: 30_000, what: 'Prometheus to be ready' });
  return {
    ask: async (expr) => Answer.parse(await get(`/api/v1/query?query=${encodeURIComponent(expr)}`)).data.result.map(({ metric }) => metric),
    rules: async () =>
      Rules.parse(await get('/api/v1/rules')).data.groups.flatMap((group) =>
        group.rules.map(({ name, health, lastError = '' }) => ({ name, health: `${health}${lastError}` })),
      ),
    stop: async () => {
      callOff();
      child.kill('SIGTERM');
      await exited;
      dir.remove();
    },
  };
};

const configOf = (jobs: Readonly<Record<string, string>>) => ({
  global: { scrape_interval: '1s', evaluation_interval: '1s' },
  rule_files: filesOf('deploy/prometheus/rules/*.yml').map((path) => join(REPO_ROOT, path)),
  scrape_configs: Object.entries(jobs).map(([job, url]) => ({ job_name: job, static_configs: [{ targets: [new URL(url).host] }] })),
});
