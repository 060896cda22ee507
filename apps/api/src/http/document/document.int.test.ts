import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import request from 'supertest';
import { type ApiUnderTest, startApiUnderTest } from '../../testing/api-under-test.ts';

describe('the document of the API', () => {
  let api: ApiUnderTest;
  let document: { readonly openapi: string; readonly paths: Readonly<Record<string, Readonly<Record<string, unknown>>>> };
  beforeAll(async () => {
    api = await startApiUnderTest();
    document = (await request(api.url).get('/openapi.json').expect(200)).body;
  });
  afterAll(() => api.close());

  test('when a route is served, then it is in the document, and nothing else is', () => {
    const served = api.routes
      .filter(({ doc }) => !('undocumented' in doc))
      .map(({ method, path }) => `${method} ${path.replace(':id', '{id}').replace('\\', '')}`);
    const documented = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method} ${path}`),
    );
    expect(documented.toSorted()).toEqual(served.toSorted());
  });
});
