import { describe, expect, test } from '@jest/globals';
import { findBreakingChanges } from './compare-documents.ts';

const base = {
  paths: {
    '/things/{id}': {
      get: {
        operationId: 'readThing',
        'x-required-scope': 'data:read',
        parameters: [
          { in: 'path', name: 'id', required: true, schema: { type: 'string', pattern: '^t_' } },
          { in: 'query', name: 'view', schema: { type: 'string', enum: ['short', 'long'], default: 'short' } },
        ],
        responses: {
          200: {
            headers: { ETag: { required: true }, Link: { required: false } },
            content: { 'application/json': { schema: { $ref: '#/components/schemas/Thing' } } },
          },
          304: {},
          404: { $ref: '#/components/responses/NotFound' },
        },
      },
      post: {
        operationId: 'changeThing',
        requestBody: {
          required: false,
          content: {
            'application/json': {
              schema: {
                type: 'object',
                properties: {
                  size: { type: 'number', maximum: 10 },
                  then: { $ref: '#/components/schemas/Tree' },
                  target: { anyOf: [{ type: 'string' }, { type: 'integer' }] },
                },
                additionalProperties: false,
              },
            },
          },
        },
        responses: { 204: {} },
      },
    },
    '/health': { get: { operationId: 'health', responses: { 200: {} } } },
  },
  components: {
    schemas: {
      Thing: {
        type: 'object',
        properties: {
          state: { type: 'string', enum: ['new', 'old'] },
          count: { type: 'integer', minimum: 0 },
          tags: { type: 'array', items: { type: 'string' } },
          note: { type: ['string', 'null'] },
          by: { oneOf: [{ $ref: '#/components/schemas/Person' }, { type: 'null' }] },
        },
        required: ['state', 'count'],
      },
      Person: { type: 'object', properties: { name: { type: 'string' } }, required: ['name'] },
      Tree: {
        type: 'object',
        properties: { name: { type: 'string' }, children: { type: 'array', items: { $ref: '#/components/schemas/Tree' } } },
      },
      Problem: { type: 'object', properties: { code: { type: 'string' } }, required: ['code'] },
    },
    responses: { NotFound: { content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } } } },
  },
  'x-problem-types': [{ type: 'urn:x:not-found', status: 404 }],
};

const READ = 'paths./things/{id}.get';
const WRITE = 'paths./things/{id}.post';
const BODY = `${WRITE}.requestBody.content.application/json.schema`;
const THING = 'components.schemas.Thing';

/** A copy where the value at a place (names with a dot between them) is another; undefined takes it away. */
const changed = (place: string, value: unknown): unknown => {
  const copy = structuredClone(base);
  const names = place.split(/\.(?!json)/);
  const last = names.pop() ?? '';
  let inner: unknown = copy;
  for (const name of names) inner = Reflect.get(Object(inner), name);
  if (value === undefined) Reflect.deleteProperty(Object(inner), last);
  else Reflect.set(Object(inner), last, value);
  return copy;
};

describe('what breaks a caller between two documents', () => {
  test.each([
    ['paths./health', undefined, 'GET /health: the operation is gone'],
    [`${READ}.operationId`, 'getThing', 'GET /things/{id}: its name changed from readThing to getThing'],
    [`${READ}.x-required-scope`, 'admin', 'GET /things/{id}: the scope that it needs changed from data:read to admin'],
    [`${WRITE}.x-required-scope`, 'admin', 'POST /things/{id}: the scope that it needs changed from none to admin'],
    [`${READ}.parameters.1`, { in: 'query', name: 'other', schema: {} }, 'GET /things/{id}, query:view: the parameter is gone'],
    [`${READ}.parameters.2`, { in: 'query', name: 'must', required: true }, 'GET /things/{id}, query:must: a new parameter is required'],
    [`${READ}.parameters.1.required`, true, 'GET /things/{id}, query:view: the parameter is required now'],
    [`${READ}.parameters.1.schema.enum`, ['short'], 'GET /things/{id}, query:view, /: the value "long" is not accepted any more'],
    [`${READ}.parameters.1.schema.default`, 'long', 'GET /things/{id}, query:view, /: the default changed from "short" to "long"'],
    [`${READ}.parameters.0.schema.pattern`, '^x_', 'GET /things/{id}, path:id, /: pattern changed from ^t_ to ^x_'],
    [`${READ}.responses.304`, undefined, 'GET /things/{id}, answer 304: it is gone'],
    [`${READ}.responses.200.content`, { 'text/csv': {} }, 'GET /things/{id}, answer 200: the media type application/json is gone'],
    [`${READ}.responses.200.headers.Link`, undefined, 'GET /things/{id}, answer 200, header Link: it is gone'],
    [`${READ}.responses.200.headers.ETag.required`, false, 'GET /things/{id}, answer 200, header ETag: it may be missing now'],
    [`${THING}.properties.note`, undefined, 'GET /things/{id}, answer 200, /note: the property is gone'],
    [`${THING}.required`, ['state'], 'GET /things/{id}, answer 200, /count: the property may be missing now'],
    [`${THING}.properties.state.enum`, ['new', 'old', 'lost'], 'GET /things/{id}, answer 200, /state: the value "lost" may come now'],
    [`${THING}.properties.state.enum`, undefined, 'GET /things/{id}, answer 200, /state: the list of values is not closed any more'],
    [`${THING}.properties.count.type`, 'string', 'GET /things/{id}, answer 200, /count: the type changed from "integer" to "string"'],
    [`${THING}.properties.count.minimum`, -1, 'GET /things/{id}, answer 200, /count: minimum changed from 0 to -1'],
    [`${THING}.properties.tags.items.type`, 'number', 'GET /things/{id}, answer 200, /tags/*: the type changed from "string" to "number"'],
    ['components.schemas.Person.properties.name', undefined, 'GET /things/{id}, answer 200, /by/name: the property is gone'],
    [
      `${THING}.properties.by.oneOf.2`,
      { type: 'string' },
      'GET /things/{id}, answer 200, /by: the variant {"type":"string"} fits none of the others',
    ],
    [`${WRITE}.requestBody.required`, true, 'POST /things/{id}, body: a body is required now'],
    [`${BODY}.required`, ['size'], 'POST /things/{id}, body, /size: the property is required now'],
    [`${BODY}.properties.size`, undefined, 'POST /things/{id}, body, /size: the property is gone'],
    [`${BODY}.properties.size.maximum`, 9, 'POST /things/{id}, body, /size: maximum changed from 10 to 9'],
    [`${BODY}.properties.size.type`, 'integer', 'POST /things/{id}, body, /size: the type changed from "number" to "integer"'],
    [
      `${BODY}.properties.target.anyOf`,
      [{ type: 'string' }],
      'POST /things/{id}, body, /target: the type changed from "integer" to "string"',
    ],
    ['components.schemas.Tree.properties.name.maxLength', 5, 'POST /things/{id}, body, /then/name: maxLength changed from none to 5'],
    ['components.schemas.Tree.additionalProperties', false, 'POST /things/{id}, body, /then: unknown properties are not accepted any more'],
    ['components.schemas.Problem.properties.code', undefined, 'every problem, /code: the property is gone'],
    ['x-problem-types.0.type', 'urn:x:missing', 'urn:x:not-found: the type of problem is gone'],
    ['x-problem-types.0.status', 410, 'urn:x:not-found: its status changed from 404 to 410'],
  ])('when %s becomes %j, then it is named', (place, value, named) => {
    expect(findBreakingChanges(base, changed(place, value))).toContain(named);
  });

  test.each([
    ['paths./more', { get: { responses: { 200: {} } } }],
    [`${READ}.x-required-scope`, undefined],
    [`${READ}.description`, 'more words'],
    [`${READ}.parameters.2`, { in: 'query', name: 'may', schema: { type: 'string' } }],
    [`${READ}.parameters.1.schema.enum`, ['short', 'long', 'huge']],
    [`${READ}.responses.503`, {}],
    [`${READ}.responses.200.headers.More`, { required: true }],
    [`${READ}.responses.200.headers.Link.required`, true],
    [`${THING}.properties.more`, { type: 'string' }],
    [`${THING}.required`, ['state', 'count', 'note']],
    [`${THING}.properties.note.type`, 'string'],
    [`${THING}.properties.state.enum`, ['new']],
    [`${THING}.properties.count.minimum`, 1],
    [`${THING}.properties.by.oneOf`, [{ $ref: '#/components/schemas/Person' }]],
    [`${BODY}.properties.more`, { type: 'string' }],
    [`${BODY}.properties.size.maximum`, 11],
    [`${BODY}.properties.size.maximum`, undefined],
    [`${BODY}.properties.target.anyOf.2`, { type: 'null' }],
    ['x-problem-types.1', { type: 'urn:x:new', status: 409 }],
  ])('when %s becomes %j, then nothing breaks', (place, value) => {
    expect(findBreakingChanges(base, changed(place, value))).toEqual([]);
  });

  test('when nothing changed, then nothing is named, even where a schema holds itself', () => {
    expect(findBreakingChanges(base, structuredClone(base))).toEqual([]);
  });
});
