import type { Dashboard } from './panel.ts';
import { databaseAndCache } from './database-and-cache.ts';
import { makeOverview } from './overview.ts';
import { processes } from './processes.ts';
import { queues } from './queues.ts';
import { renderDashboard } from './render.ts';
import { runbookDashboard, runbookLinks } from './runbook.ts';
import { vk } from './vk.ts';

/** Every dashboard, given the text of the runbook. */
export const makeDashboards = (runbook: string): readonly Dashboard[] => [
  makeOverview(processes),
  queues,
  vk,
  databaseAndCache,
  runbookDashboard(runbook),
];

/** Their files in Grafana's format: path from the root of the repository, and text. */
export const renderDashboards = (runbook: string): ReadonlyMap<string, string> => {
  const links = runbookLinks(runbook);
  return new Map(
    makeDashboards(runbook).map((dashboard) => [`deploy/grafana/dashboards/${dashboard.name}.json`, renderDashboard(dashboard, links)]),
  );
};
