import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { jobTypes } from '@otklik/contracts';
import { deep, runSeed } from '@otklik/testing';
import fc from 'fast-check';
import type { Route } from './http/route.ts';
import { type ApiUnderTest, startApiUnderTest } from './testing/api-under-test.ts';

/** What breaks parsers, databases and logs. */
const nastyText = fc.oneof(
  fc.constantFrom(
    '\0',
    'a\0b',
    '\ud800',
    'x\udc4d',
    '__proto__',
    'constructor',
    '9223372036854775807',
    '-9223372036854775808',
    '1e400',
    '',
    ' ',
    "';--",
    '../..',
    '%00',
    '‮',
    '-0',
    '-1_0',
  ),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.string({ maxLength: 300 }),
);
const nastyKey = fc.oneof(
  fc.constantFrom(
    '__proto__',
    'constructor',
    'toString',
    'target',
    'scope',
    'then',
    'type',
    'priority',
    'labels',
    'runAt',
    'format',
    'columns',
    'phrase',
    'from',
    'options',
    'window',
    'wall',
    'post',
    'url',
    'list',
    'listId',
    'walls',
    'timeoutMs',
  ),
  nastyText,
);
const nastyValue = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    nastyText,
    fc.constantFrom(null, true, -1, 0, 1.5, 1e308, Number.MAX_SAFE_INTEGER + 1, 2 ** 63),
    fc.integer(),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.array(fc.tuple(nastyKey, tie('value')), { maxLength: 5 }).map(objectOf),
  ),
})).value;

/** A body that is nearly right gets further than one that is wrong all over. */
const nearlyRight = fc.tuple(
  fc.constantFrom(
    { target: { wall: '-1' } },
    { target: { post: '-1_2' }, window: { maxPosts: 3 } },
    { target: { list: ['-1', 'vk.com/wall-1_2'] } },
    { scope: { walls: ['-1'] } },
    { scope: { posts: ['-1_2'] }, format: 'csv' },
    { phrase: 'слово' },
    { from: 'start' },
    {},
    objectOf([['__proto__', { polluted: true }]]),
    objectOf([['constructor', { prototype: { polluted: true } }]]),
  ),
  fc.array(fc.tuple(nastyKey, nastyValue), { maxLength: 2 }),
);
const body = fc.oneof(
  nearlyRight.map(([right, wrong]) => objectOf([...Object.entries(right), ...wrong])),
  nastyValue,
);

const query = fc.array(
  fc.tuple(
    fc.oneof(fc.constantFrom('limit', 'cursor', 'type', 'state', 'label', 'wall', 'post', 'author', 'since', 'pipelineId'), nastyKey),
    nastyText,
  ),
  { maxLength: 4 },
);
const id = fc.oneof(
  nastyText,
  fc.constantFrom(`job_${'0'.repeat(32)}`, `exp_${'f'.repeat(32)}`, `kwd_${'0'.repeat(32)}`, 'job_', `job_${'g'.repeat(32)}`),
);

type Attack = {
  readonly id: string;
  readonly query: readonly (readonly [string, string])[];
  readonly body: unknown;
  readonly key: string | null;
};
/** A query where none is known would hide what the body does. */
const rareQuery = fc.oneof({ weight: 3, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: query });
const attackOn = ({ method }: Route): fc.Arbitrary<Attack> =>
  fc.record({ id, query: method === 'get' ? query : rareQuery, body, key: fc.option(fc.string({ maxLength: 300 }), { freq: 3 }) });

describe('whatever is sent to the API', () => {
  let api: ApiUnderTest;
  let key: string;
  beforeAll(async () => {
    api = await startApiUnderTest();
    key = await api.key();
  });
  afterAll(() => api.close());

  const send = async (route: Route, one: Attack): Promise<{ readonly status: number; readonly type: string; readonly text: string }> => {
    const headers = new Headers({ authorization: `Bearer ${key}` });
    if (one.key !== null) headers.set('idempotency-key', encodeURIComponent(one.key));
    const hasBody = route.method === 'post';
    if (hasBody) headers.set('content-type', 'application/json');
    const init = { method: route.method.toUpperCase(), headers, ...(hasBody && { body: JSON.stringify(one.body) ?? 'null' }) };
    const response = await fetch(urlOf(api.url, route, one), init);
    return { status: response.status, type: response.headers.get('content-type') ?? '', text: await response.text() };
  };

  test('when a route is served, then the fuzz knows it', () => {
    expect(api.routes.length).toBeGreaterThan(jobTypes.length + 10);
  });

  test('when a request is wrong in any way, then a problem says where, and nothing of ours breaks', async () => {
    for (const route of api.routes) {
      const property = fc.asyncProperty(attackOn(route), async (one) => {
        const { status, type, text } = await send(route, one);
        if (status >= 500) throw new Error(`${route.method} ${route.path} answered ${status}: ${text}`);
        if (status < 400) return;
        expect(type).toContain('application/problem+json');
        const problem = JSON.parse(text);
        expect(problem).toMatchObject({ status, type: expect.any(String), title: expect.any(String), code: expect.any(String) });
        if (problem.code === 'VALIDATION') {
          expect(problem.errors.length).toBeGreaterThan(0);
          for (const { pointer } of problem.errors) expect(pointer).toMatch(/^($|\/|query:|path:|header:)/);
        }
        expect(text).not.toMatch(/at .*\.(ts|js):\d|SELECT |INSERT |prisma/i);
      });
      await fc.assert(property, { numRuns: deep(25, 1_000), seed: runSeed() + 1 });
    }
    expect(Object.prototype).not.toHaveProperty('polluted');
  });
});

/** Own keys even for `__proto__`, as JSON.parse makes them. */
function objectOf(entries: readonly (readonly [string, unknown])[]): object {
  const made = {};
  for (const [name, value] of entries) Object.defineProperty(made, name, { value, enumerable: true, configurable: true, writable: true });
  return made;
}

/** Half surrogate pairs can't be written in a URL at all. */
const encode = (text: string): string => encodeURIComponent(text.toWellFormed());

const urlOf = (base: string, { path }: Route, one: Attack): string => {
  const pairs = one.query.map(([name, value]) => `${encode(name)}=${encode(value)}`).join('&');
  const place = path.replace(':id', encode(one.id)).replace('\\', '');
  return `${base}${place}${pairs === '' ? '' : `?${pairs}`}`;
};
