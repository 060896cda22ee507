import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { ApiEnv } from '@otklik/api';
import { SECRET_VARIABLES } from '@otklik/shared';
import { StandaloneEnv } from '@otklik/standalone';
import { REPO_ROOT } from '@otklik/testing';
import { WorkerEnv } from '@otklik/worker';

const TEXT = readFileSync(join(REPO_ROOT, '.env.example'), 'utf8');
/** Name, value, and whether the line is one of those to fill in. */
const lines = [...TEXT.matchAll(/^(# )?([A-Z_]+)=(.*)$/gm)].map(([, comment, name = '', value = '']) => ({
  name,
  value,
  isToFillIn: comment === undefined,
}));
const schemas = [ApiEnv, WorkerEnv, StandaloneEnv];
const NEEDED = { DATABASE_URL: 'postgresql://db/otklik', QUEUE_URL: 'redis://queue' };

/** As one would write it. */
const written = (value: unknown): string => {
  if (Array.isArray(value)) return value.join(',');
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
};

/** What a variable is when nobody says anything; `npm start` takes any free port. */
const defaults = new Map(
  schemas.toReversed().flatMap((schema) => {
    const parsed: Readonly<Record<string, unknown>> = schema.parse(NEEDED);
    return Object.keys(schema.shape).map((name) => [name, name in NEEDED ? '' : written(parsed[name])] as const);
  }),
);

describe('.env.example', () => {
  test('when a process looks at a variable, then it stands there once, with its default, and nothing else does', () => {
    expect(lines.map(({ name, value }) => [name, value]).toSorted()).toEqual([...defaults].toSorted());
  });

  test('when a variable has to be told, then its line is there to be filled in, and no other is', () => {
    expect(lines.filter(({ isToFillIn }) => isToFillIn).map(({ name }) => name)).toEqual(Object.keys(NEEDED));
    const missing = schemas.flatMap((schema) => schema.safeParse({}).error?.issues.map(({ path }) => path.join('.')) ?? []);
    expect([...new Set(missing)].toSorted()).toEqual(Object.keys(NEEDED).toSorted());
  });

  test('when a secret may be told by a file, then it is said which', () => {
    const [, sentence = ''] = /Any of (.+) may be left out here/s.exec(TEXT) ?? [];
    expect(sentence.match(/[A-Z_]{3,}/g)?.toSorted()).toEqual(SECRET_VARIABLES.toSorted());
  });
});
