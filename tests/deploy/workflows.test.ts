import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { REPO_ROOT } from '@otklik/testing';
import { parse } from 'yaml';
import { z } from 'zod';

const Step = z.object({ uses: z.string().optional(), run: z.string().optional(), with: z.unknown().optional() });
const Job = z.object({ container: z.string().optional(), steps: z.array(Step) });
const Workflow = z.looseObject({ permissions: z.record(z.string(), z.string()), jobs: z.record(z.string(), Job) });

const FOLDER = join(REPO_ROOT, '.github/workflows');
const read = (name: string) => Workflow.parse(parse(readFileSync(join(FOLDER, name), 'utf8')));
const stepsOf = (name: string) => Object.values(read(name).jobs).flatMap(({ steps }) => steps);
const runsOf = (name: string): readonly string[] => stepsOf(name).flatMap(({ run }) => run ?? []);

describe('the workflows of a public forge', () => {
  test('when something is pushed, then what runs is .ci/run, and nothing else that could pass or fail', () => {
    expect(runsOf('ci.yml').filter((run) => !run.startsWith('git config '))).toEqual(['.ci/run']);
    expect(Object.keys(read('ci.yml').jobs)).toEqual(['ci']);
  });

  test('when it runs, then on the Node that the product runs on', () => {
    const { devDependencies } = JSON.parse(readFileSync(join(REPO_ROOT, 'package.json'), 'utf8'));
    expect(read('ci.yml').jobs['ci']?.container).toMatch(/^node:[\d.]+-bookworm@sha256:[0-9a-f]{64}$/);
    expect(read('ci.yml').jobs['ci']?.container).toContain(`node:${devDependencies.node}-`);
  });

  test('when a week has passed, then the digests of the images are compared, and only that', () => {
    expect(runsOf('images.yml')).toEqual(['npm run images -- --check']);
  });

  test.each(readdirSync(FOLDER))('when %s runs, then it may only read, and foreign actions are named by commit', (name) => {
    expect(read(name).permissions).toEqual({ contents: 'read' });
    for (const { uses } of stepsOf(name)) if (uses !== undefined) expect(uses).toMatch(/^[\w-]+\/[\w-]+@[0-9a-f]{40}$/);
    expect(stepsOf(name).find(({ uses }) => uses?.startsWith('actions/checkout@'))?.with).toEqual({ 'persist-credentials': false });
  });
});
