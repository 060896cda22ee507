import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { REPO_ROOT } from '@otklik/testing';
import { targets } from '../../scripts/lib/bundle/targets.mjs';
import { inherited, readDockerfile } from './testing/dockerfile.ts';

const { args, stages } = readDockerfile();
const FINAL = ['simulator', 'product'] as const;
const restOf = (stage: string, name: string): readonly string[] =>
  inherited(stages, stage)
    .filter((instruction) => instruction.name === name)
    .map(({ rest }) => rest);

describe('deploy/Dockerfile', () => {
  test('when it is built, then building and running begin with one image, pinned by digest, of the Node that everything is tested on', () => {
    const { devDependencies } = JSON.parse(readFileSync(join(REPO_ROOT, 'package.json'), 'utf8'));
    expect(args).toHaveLength(1);
    expect(args[0]?.rest).toMatch(/^NODE_IMAGE=node:[\d.]+-bookworm-slim@sha256:[0-9a-f]{64}$/);
    expect(args[0]?.rest).toContain(`node:${devDependencies.node}-`);
    const names = stages.map(({ name }) => name);
    expect(names).toEqual(['build', 'base', 'simulator', 'product']);
    expect(stages.filter(({ from }) => from !== '${NODE_IMAGE}' && !names.includes(from))).toEqual([]);
  });

  test.each(FINAL)('when the image %s runs, then as a user without rights, that owns nothing of what it runs', (stage) => {
    expect(restOf(stage, 'USER').at(-1)).toBe('10001:10001');
    const copies = restOf(stage, 'COPY');
    expect(copies).toEqual([`--from=build /out/${stage} ./`]);
    // Nothing of the build reaches it but the bundle.
    expect(restOf(stage, 'ADD')).toEqual([]);
  });

  test.each(FINAL)('when the image %s runs, then its health is asked, and it hears a signal', (stage) => {
    expect(restOf(stage, 'HEALTHCHECK')).toHaveLength(1);
    expect(restOf(stage, 'HEALTHCHECK')[0]).toMatch(/--interval=\d+s .*CMD \["node"/);
    expect(restOf(stage, 'STOPSIGNAL')).toEqual(['SIGTERM']);
    // As a list: a shell in between would keep the signal for itself.
    const [node, module] = JSON.parse(restOf(stage, 'CMD').at(-1) ?? '[]');
    expect(node).toBe('node');
    expect(targets[stage].entries).toContain(module);
  });

  test('when it builds, then with the script that anybody may run, once for each image', () => {
    const runs = stages.find(({ name }) => name === 'build')?.instructions.filter(({ name }) => name === 'RUN') ?? [];
    expect(runs).toHaveLength(1);
    expect(runs[0]?.rest).toMatch(/npm run bundle -- \/out\/product && npm run bundle -- \/out\/simulator --target simulator$/);
  });

  test('when somebody looks into an image, then there are no secrets in its environment or its history', () => {
    const told = stages.flatMap(({ instructions }) => instructions).filter(({ name }) => name === 'ENV' || name === 'ARG');
    expect(told.map(({ rest }) => rest).filter((rest) => /token|password|secret|_url|key/i.test(rest))).toEqual([]);
    const ignored = readFileSync(join(REPO_ROOT, '.dockerignore'), 'utf8').split('\n');
    for (const path of ['.git', '.env', '.env.*', 'deploy/secrets', '**/node_modules', '**/dist', 'tests']) expect(ignored).toContain(path);
  });
});
