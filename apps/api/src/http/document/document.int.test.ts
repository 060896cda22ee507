import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type JobType, jobTypes, submitBody } from '@otklik/contracts';
import { runSeed } from '@otklik/testing';
import fc from 'fast-check';
import request from 'supertest';
import { type SchemaCheck, createSchemaCheck } from '../../testing/answer-checker.ts';
import { type ApiUnderTest, startApiUnderTest } from '../../testing/api-under-test.ts';
import { documentPath } from './describe-api.ts';

type Operation = {
  readonly operationId: string;
  readonly summary: string;
  readonly parameters?: readonly { readonly in: string; readonly name: string; readonly description?: string }[];
};

describe('the document of the API', () => {
  let api: ApiUnderTest;
  let document: { readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>> };
  let etag: string;
  let check: SchemaCheck;
  beforeAll(async () => {
    api = await startApiUnderTest();
    const { body, headers } = await request(api.url).get('/openapi.json').expect(200);
    document = body;
    etag = headers['etag'] ?? '';
    check = createSchemaCheck(body);
  });
  afterAll(() => api.close());

  test('when a route is served, then it is in the document, and nothing else is', () => {
    const served = api.routes.filter(({ doc }) => !('undocumented' in doc)).map(({ method, path }) => `${method} ${documentPath(path)}`);
    const documented = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method} ${path}`),
    );
    expect(documented.toSorted()).toEqual(served.toSorted());
  });

  test('when a route is not in it, then it is one of those that we know', () => {
    const hidden = api.routes.filter(({ doc }) => 'undocumented' in doc);
    expect(hidden.map(({ method, path }) => `${method} ${path}`)).toEqual(['get /docs/:file']);
  });

  test('when clients are made from it, then every operation has a name of its own', () => {
    const operations = Object.values(document.paths).flatMap((methods) => Object.values(methods));
    expect(new Set(operations.map(({ operationId }) => operationId)).size).toBe(operations.length);
    for (const { operationId, summary } of operations) {
      expect(operationId).toMatch(/^[a-z][A-Za-z]+$/);
      expect(summary).toMatch(/^[A-Z].*[^.]$/);
    }
  });

  test('when an operation may be asked with more than its path, then every such parameter says what it is for', () => {
    const parameters = Object.values(document.paths)
      .flatMap((methods) => Object.values(methods))
      .flatMap((operation) => operation.parameters ?? [])
      .filter((parameter) => parameter.in === 'query' || parameter.in === 'header');
    expect(parameters.length).toBeGreaterThan(20);
    expect(parameters.filter(({ description }) => description === undefined)).toEqual([]);
  });

  test('when it shows an example, then that fits its schema', () => {
    const examples = examplesIn(document);
    expect(examples.length).toBeGreaterThan(30);
    for (const { pointer, value } of examples) expect([pointer, ...check(pointer, value)]).toEqual([pointer]);
  });

  test('when a body is accepted, then the document shows it as one that is', () => {
    for (const type of jobTypes) {
      let accepted = 0;
      const property = fc.property(orders(type), (order) => {
        if (!submitBody(type).safeParse(order).success) return;
        accepted += 1;
        expect(check(pointerOf(type), order)).toEqual([]);
      });
      fc.assert(property, { numRuns: 200, seed: runSeed() });
      expect(accepted).toBeGreaterThan(20);
    }
  });

  test.each<[JobType, object]>([
    ['parse', {}],
    ['parse', { target: {} }],
    ['parse', { target: { wall: '-1', post: '-1_2' } }],
    ['parse', { target: { wall: '-1' }, more: 1 }],
    ['parse', { target: { wall: '-1' }, priority: 'now' }],
    ['parse', { target: { wall: '-1' }, then: [{ type: 'other' }] }],
    ['parse', { target: { wall: '-1' }, then: [{ type: 'export' }] }],
    ['analyze', {}],
    ['analyze', { scope: {} }],
    ['export', { scope: { walls: ['-1'] } }],
    ['export', { scope: { walls: ['-1'] }, format: 'doc' }],
  ])('when a body is refused (%s %j), then the document does not show it as right', (type, order) => {
    expect(submitBody(type).safeParse(order).success).toBe(false);
    expect(check(pointerOf(type), order)).not.toEqual([]);
  });

  test('when the document is known already, then it is not sent again', async () => {
    await request(api.url).get('/openapi.json').set('If-None-Match', etag).expect(304);
  });

  test('when the page is sent, then its policy lets nothing in from elsewhere, and no other answer has that policy', async () => {
    const page = await request(api.url).get('/docs').expect(200);
    expect(page.headers['content-security-policy']).toMatch(/^default-src 'none'; script-src 'self'; style-src 'self'/);
    expect(page.text).not.toMatch(/https?:\/\/|<script>|style=/);
    for (const [, file] of page.text.matchAll(/(?:src|href)="(docs\/[^"]+)"/g)) await request(api.url).get(`/${file}`).expect(200);
    await request(api.url).get('/docs/package.json').expect(404);
    expect((await request(api.url).get('/livez')).headers['content-security-policy']).not.toContain("default-src 'none'");
  });
});

const pointerOf = (type: JobType): string => `/paths/~1v1~1jobs~1${type}/post/requestBody/content/application~1json/schema`;

const words = fc.constantFrom<unknown>(
  '-1',
  '-1_2',
  'club1',
  'csv',
  'jsonl',
  'low',
  'run',
  'cancel',
  'start',
  '2026-01-01T00:00:00Z',
  '',
  7,
  5_000,
  true,
  null,
);
/** Mostly right, so that whole bodies are. */
const mostly = (...right: readonly unknown[]): fc.Arbitrary<unknown> =>
  fc.oneof({ weight: 20, arbitrary: fc.constantFrom(...right) }, { weight: 1, arbitrary: words });
const some = (fields: Readonly<Record<string, fc.Arbitrary<unknown>>>, requiredKeys: string[] = []) => fc.record(fields, { requiredKeys });

const MOMENTS = ['2026-01-01T00:00:00Z', '2026-01-01T00:00:00.5+03:00'];
const scope = some({ walls: mostly(['-1'], ['5', '-7']), posts: mostly(['-1_2']), since: mostly(...MOMENTS) }, ['walls']);
const options = some({
  priority: mostly('low', 'critical'),
  timeoutMs: mostly(1_000, 86_400_000),
  maxAttempts: mostly(1, 20),
  runAt: mostly(...MOMENTS),
  labels: mostly([], ['a b', 'ё']),
});
const payloads: Readonly<Record<JobType, fc.Arbitrary<object>>> = {
  parse: some(
    {
      target: mostly({ wall: '-1' }, { wall: 'vk.com/apiclub' }, { post: '-1_2' }, { url: 'vk.com/wall-1_2' }, { list: ['-1', '-1_2'] }),
      window: some({ maxPosts: mostly(1, 1_000_000), until: mostly(...MOMENTS) }),
      options: some({ threads: mostly(true, false) }),
    },
    ['target'],
  ),
  analyze: some({ scope, analyses: mostly(['language'], ['stems', 'keywords']) }, ['scope']),
  export: some({ scope, format: mostly('csv', 'jsonl'), columns: mostly(['text'], ['date', 'url']) }, ['scope', 'format']),
};

/** Bodies of which many are right, some with follow-ups. */
const orders = (type: JobType, depth = 0): fc.Arbitrary<object> => {
  const alone = fc.tuple(payloads[type], options).map(([payload, more]) => ({ ...payload, ...more }));
  if (depth === 2) return alone;
  const followUps = fc.array(
    fc.constantFrom(...jobTypes).chain((next) => orders(next, depth + 1).map((order) => ({ type: next, ...order }))),
    { maxLength: 2 },
  );
  return fc.tuple(alone, fc.option(followUps)).map(([order, then]) => ({ ...order, ...(then && { then }) }));
};

type Example = { readonly pointer: string; readonly value: unknown };

/** `examples` of a schema, and `example` beside a schema. */
const examplesIn = (node: unknown, pointer = ''): Example[] => {
  if (typeof node !== 'object' || node === null) return [];
  const own: readonly unknown[] = 'examples' in node && Array.isArray(node.examples) ? node.examples : [];
  const beside = 'example' in node && 'schema' in node ? [{ pointer: `${pointer}/schema`, value: node.example }] : [];
  const inside = Object.entries(node)
    .filter(([key]) => key !== 'examples' && key !== 'example')
    .flatMap(([key, inner]) => examplesIn(inner, `${pointer}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`));
  return [...own.map((value) => ({ pointer, value })), ...beside, ...inside];
};
