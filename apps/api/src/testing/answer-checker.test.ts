import { describe, expect, test } from '@jest/globals';
import { type SeenAnswer, createAnswerChecker } from './answer-checker.ts';

const header = { required: true, schema: { type: 'string' } };
const document = {
  paths: {
    '/things/{id}': {
      get: {
        responses: {
          200: {
            headers: { ETag: header, Link: { required: false } },
            content: { 'application/json': { schema: { $ref: '#/components/schemas/Thing' } }, 'text/csv': { schema: { type: 'string' } } },
          },
          304: {},
          404: { $ref: '#/components/responses/NotFound' },
        },
      },
    },
    '/things/{id}:stop': { post: { responses: { 204: {} } } },
  },
  components: {
    schemas: {
      Thing: { type: 'object', properties: { at: { type: 'string', format: 'date-time' } }, required: ['at'] },
      Problem: { type: 'object', properties: { code: { type: 'string' }, detail: { type: 'string' } }, required: ['code'] },
    },
    responses: {
      NotFound: {
        headers: {},
        content: {
          'application/problem+json': {
            schema: {
              allOf: [{ $ref: '#/components/schemas/Problem' }, { type: 'object', properties: { code: { enum: ['NOT_FOUND'] } } }],
            },
          },
        },
      },
    },
  },
};

const right: SeenAnswer = {
  method: 'GET',
  path: '/things/1?x=y',
  status: 200,
  headers: { 'content-type': 'application/json; charset=utf-8', etag: '"1"' },
  body: '{"at":"2026-11-25T09:00:00Z"}',
};
const problem = { 'content-type': 'application/problem+json' };

describe('an answer held against the document', () => {
  const check = createAnswerChecker(document);

  test.each<[string, Partial<SeenAnswer>]>([
    ['as documented', {}],
    ['of HEAD', { method: 'HEAD', body: '' }],
    ['of another media type', { headers: { 'content-type': 'text/csv', etag: '"1"' }, body: 'a,b' }],
    ['without a body', { status: 304, headers: {}, body: '' }],
    ['a shared one', { status: 404, headers: problem, body: '{"code":"NOT_FOUND","detail":"No."}' }],
    ['of the more particular path', { method: 'POST', path: '/things/1:stop', status: 204, headers: {}, body: '' }],
    ['about a path that is not there', { path: '/nothing', status: 404, headers: problem, body: '{"code":"NOT_FOUND"}' }],
    ['about a method', { method: 'PUT', status: 405, headers: { ...problem, allow: 'GET' }, body: '{"code":"METHOD_NOT_ALLOWED"}' }],
  ])('when it is %s, then nothing is wrong', (_what, answer) => {
    expect(check({ ...right, ...answer })).toEqual([]);
  });

  test.each<[string, Partial<SeenAnswer>]>([
    ['status 201 is not documented', { status: 201 }],
    ['header location is not documented', { headers: { ...right.headers, location: '/' } }],
    ['header etag is missing', { headers: { 'content-type': 'application/json' } }],
    ['media type text/html is not documented', { headers: { 'content-type': 'text/html', etag: '"1"' } }],
    ['a body is not documented', { status: 304, headers: {} }],
    [' must have required property', { body: '{}' }],
    [' must NOT have additional properties', { body: '{"at":"2026-11-25T09:00:00Z","more":1}' }],
    ['/at must match format', { body: '{"at":"yesterday"}' }],
    ['/code must be equal to one of the allowed values', { status: 404, headers: problem, body: '{"code":"OTHER"}' }],
    [' must NOT have additional properties', { status: 404, headers: problem, body: '{"code":"NOT_FOUND","stack":"…"}' }],
    ['the route is not documented', { path: '/nothing' }],
    ['header allow is missing', { method: 'PUT', status: 405, headers: problem, body: '{"code":"METHOD_NOT_ALLOWED"}' }],
    [' must have required property', { path: '/nothing', status: 404, headers: problem, body: '{}' }],
  ])('when there is a fault, then it is told: %s', (fault, answer) => {
    expect(check({ ...right, ...answer })).toEqual([expect.stringContaining(fault)]);
  });
});
