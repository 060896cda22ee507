import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { REPO_ROOT, committedDocument } from '@otklik/testing';
import { renderDashboards } from '../../deploy/grafana/source/dashboards.ts';
import { textOf } from '../observe/testing/rule-files.ts';

const made = renderDashboards(textOf('docs/operations/runbook.md'));

describe('the dashboards', () => {
  test.each([...made])('when Grafana reads %s, then it is what its source says (npm run docs writes it)', (path, text) => {
    expect(committedDocument(path, text)).toBe(text);
  });

  test('when Grafana reads the folder, then it finds these files and no others', () => {
    const found = readdirSync(join(REPO_ROOT, 'deploy/grafana/dashboards')).map((name) => `deploy/grafana/dashboards/${name}`);
    expect(found.toSorted()).toEqual([...made.keys()].toSorted());
  });
});
