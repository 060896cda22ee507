import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { z } from 'zod';
import { closeObjects } from './close-objects.ts';

export type SeenAnswer = {
  /** In capitals. */
  readonly method: string;
  /** With or without a query. */
  readonly path: string;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
};

/** What an answer has or lacks against the document, one sentence each; none for an answer that fits. */
export type AnswerChecker = (answer: SeenAnswer) => readonly string[];

const Response = z.looseObject({
  headers: z.record(z.string(), z.looseObject({ required: z.boolean().optional(), $ref: z.string().optional() })).default({}),
  content: z.record(z.string(), z.unknown()).optional(),
});
const Reference = z.object({ $ref: z.string() });
const Document = z.looseObject({
  paths: z.record(z.string(), z.record(z.string(), z.looseObject({ responses: z.record(z.string(), z.union([Reference, Response])) }))),
  components: z.looseObject({ responses: z.record(z.string(), Response) }),
});
type Document = z.output<typeof Document>;
const Closed = z.record(z.string(), z.unknown());

/** Headers that mean something to callers: on an answer they must be documented. */
const TELLING = [
  'location',
  'retry-after',
  'etag',
  'link',
  'idempotency-replayed',
  'www-authenticate',
  'content-disposition',
  'repr-digest',
  'x-request-id',
];

/** A checker for the answers of the API that serves this document. Properties that the document does not know are faults. */
export const createAnswerChecker = (served: unknown): AnswerChecker => {
  const document = Document.parse(served);
  const validate = createSchemaCheck(document);
  const operations = operationsOf(document);

  return (answer) => {
    const [path = ''] = answer.path.split('?');
    const here = operations.filter(({ pattern }) => pattern.test(path));
    const method = answer.method === 'HEAD' ? 'GET' : answer.method;
    const operation = here.find((one) => one.method === method);
    if (operation === undefined) return strangerFaults(answer, validate, here.length > 0);
    const found = operation.responses[String(answer.status)];
    if (found === undefined) return [`status ${answer.status} is not documented`];
    const shared = '$ref' in found ? nameIn(String(found.$ref)) : undefined;
    const response = shared === undefined ? Response.parse(found) : document.components.responses[shared];
    if (response === undefined) return [`the answer ${shared} is referred to and not there`];
    const at = shared === undefined ? `${operation.pointer}/responses/${answer.status}` : `/components/responses/${shared}`;
    return [...headerFaults(answer, response), ...bodyFaults(answer, { response, at, validate })];
  };
};

type Operation = {
  readonly method: string;
  readonly pattern: RegExp;
  readonly pointer: string;
  readonly responses: Document['paths'][string][string]['responses'];
};

/** The most particular first: `/v1/jobs/{id}:cancel` before `/v1/jobs/{id}`. */
const operationsOf = ({ paths }: Document): Operation[] =>
  Object.entries(paths)
    .toSorted(([one], [other]) => other.length - one.length)
    .flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, { responses }]) => ({
        method: method.toUpperCase(),
        pattern: new RegExp(`^${path.replaceAll('.', String.raw`\.`).replaceAll(/\{\w+\}/g, '[^/]+')}$`),
        pointer: `/paths/${escape(path)}/${method}`,
        responses,
      })),
    );

/** What is wrong with a value against the schema at a place of the document (RFC 6901). */
export type SchemaCheck = (pointer: string, value: unknown) => readonly string[];

/** A check against the schemas of a document. Properties that an object does not name are faults. */
export const createSchemaCheck = (document: unknown): SchemaCheck => {
  const ajv = new Ajv2020({ strict: false, allErrors: true, validateFormats: true });
  ajv.addFormat('date-time', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/);
  ajv.addFormat('uri', (text) => URL.canParse(text));
  // A hint for those who draw forms.
  ajv.addFormat('password', true);
  ajv.addSchema({ ...Closed.parse(closeObjects(document)), $id: 'api' });
  const compiled = new Map<string, ValidateFunction>();
  return (pointer, value) => {
    const check = compiled.get(pointer) ?? ajv.compile({ $ref: `api#${encodeURI(pointer)}` });
    compiled.set(pointer, check);
    return check(value)
      ? []
      : (check.errors ?? []).map(({ instancePath, message, params }) => `${instancePath} ${message} ${JSON.stringify(params)}`);
  };
};

const headerFaults = ({ headers }: SeenAnswer, response: z.output<typeof Response>): string[] => {
  const documented = new Map(Object.entries(response.headers).map(([name, header]) => [name.toLowerCase(), header]));
  return [
    ...TELLING.filter((name) => headers[name] !== undefined && !documented.has(name)).map((name) => `header ${name} is not documented`),
    ...[...documented]
      .filter(([name, { required }]) => required === true && headers[name] === undefined)
      .map(([name]) => `header ${name} is missing`),
  ];
};

type Expected = { readonly response: z.output<typeof Response>; readonly at: string; readonly validate: SchemaCheck };

const bodyFaults = (answer: SeenAnswer, { response, at, validate }: Expected): readonly string[] => {
  if (answer.method === 'HEAD') return [];
  if (response.content === undefined) return answer.body === '' ? [] : ['a body is not documented'];
  const type = mediaTypeOf(answer);
  if (response.content[type] === undefined) return [`media type ${type} is not documented`];
  return /[/+]json$/.test(type) ? validate(`${at}/content/${escape(type)}/schema`, JSON.parse(answer.body)) : [];
};

/** Pages for people and what they load. */
const PAGES = ['/docs/', '/admin/'];

/** What is said where no operation is: a problem. */
const strangerFaults = (answer: SeenAnswer, validate: SchemaCheck, isPathKnown: boolean): readonly string[] => {
  if (PAGES.some((prefix) => answer.path.startsWith(prefix))) return [];
  if (answer.status < 400) return ['the route is not documented'];
  if (isPathKnown && answer.status === 405 && answer.headers['allow'] === undefined) return ['header allow is missing'];
  return answer.method === 'HEAD' ? [] : validate('/components/schemas/Problem', JSON.parse(answer.body));
};

const mediaTypeOf = ({ headers }: SeenAnswer): string => headers['content-type']?.split(';')[0]?.trim() ?? '';

const nameIn = (reference: string): string => reference.slice(reference.lastIndexOf('/') + 1);

/** RFC 6901. */
const escape = (name: string): string => name.replaceAll('~', '~0').replaceAll('/', '~1');
