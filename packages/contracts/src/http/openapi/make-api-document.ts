import { type ZodOpenApiOperationObject, type ZodOpenApiPathsObject, createDocument } from 'zod-openapi';
import { z } from 'zod';
import { type Operation, type ProblemDoc, apiTags } from './operation.ts';
import { Problem, problemType } from '../bodies/problem.ts';
import { type SharedResponses, responsesOf } from './responses.ts';
import { tidySchema } from './tidy-schema.ts';

/** OpenAPI 3.1, ready to be sent as JSON. */
export type ApiDocument = ReturnType<typeof createDocument>;

type Parts = {
  readonly version: string;
  /** Markdown: what holds for all operations. */
  readonly description: string;
  readonly operations: readonly Operation[];
  /** Every kind of problem that some answer can be. */
  readonly problems: readonly ProblemDoc[];
};

/** The document of all operations. The same input gives the same text, byte for byte. Throws when a schema can't be shown. */
export const makeApiDocument = ({ version, description, operations, problems }: Parts): ApiDocument => {
  const responses: SharedResponses = new Map();
  const paths = pathsOf(operations, responses);
  return createDocument(
    {
      openapi: '3.1.1',
      info: { title: 'Otklik', version, description, license: { name: 'MIT', identifier: 'MIT' } },
      servers: [{ url: '/', description: 'The host that served this document.' }],
      tags: Object.entries(apiTags).map(([name, text]) => ({ name, description: text })),
      security: [],
      paths,
      components: {
        schemas: { Problem },
        responses: Object.fromEntries(responses),
        parameters: { RequestId },
        headers: { 'X-Request-Id': RequestIdHeader },
        securitySchemes: {
          apiKey: { type: 'http', scheme: 'bearer', description: 'An API key (`otk_…`), sent as `Authorization: Bearer otk_…`.' },
        },
      },
      'x-problem-types': problems.map(({ code, status, title }) => ({ type: problemType(code), code, status, title })),
    },
    { override: tidySchema },
  );
};

const RequestId = {
  in: 'header',
  name: 'X-Request-Id',
  description: 'Taken for ours when it is harmless, echoed, and kept with the job.',
  schema: { type: 'string', pattern: '^[\\w.:-]{1,64}$' },
} as const;

const RequestIdHeader = {
  description: 'The id that you sent, or the one we made. Our log knows it.',
  required: true,
  schema: { type: 'string' },
} as const;

const pathsOf = (operations: readonly Operation[], shared: SharedResponses): ZodOpenApiPathsObject => {
  const paths: Record<string, Record<string, ZodOpenApiOperationObject>> = {};
  for (const operation of operations) (paths[operation.path] ??= {})[operation.method] = toOperation(operation, shared);
  return paths;
};

const toOperation = (operation: Operation, shared: SharedResponses): ZodOpenApiOperationObject => {
  const { scope, doc, input } = operation;
  return {
    operationId: doc.operationId,
    tags: [doc.tag],
    summary: doc.summary,
    ...(doc.description !== undefined && { description: doc.description }),
    security: scope === 'public' ? [] : [{ apiKey: [scope] }],
    ...(scope !== 'public' && { 'x-required-scope': scope }),
    parameters: [{ $ref: '#/components/parameters/RequestId' }],
    requestParams: {
      ...(input.path && { path: input.path }),
      ...(input.query && { query: input.query }),
      ...(input.header && { header: canonical(input.header) }),
    },
    ...requestBodyOf(operation),
    responses: responsesOf(operation, shared),
  };
};

/** Checked as Node gives them, in lower case; shown as everybody writes them. */
const canonical = (header: z.ZodObject): z.ZodObject =>
  z.object(
    Object.fromEntries(
      Object.entries(header.shape).map(([name, schema]) => [name.replaceAll(/\b[a-z]/g, (letter) => letter.toUpperCase()), schema]),
    ),
  );

const requestBodyOf = ({ doc, input }: Operation): Pick<ZodOpenApiOperationObject, 'requestBody'> => {
  if (input.body === undefined) return {};
  const required = !(doc.body ?? input.body).safeParse({}).success;
  const files = (doc.files ?? []).map((type) => [type, { schema: { type: 'string' as const } }] as const);
  return { requestBody: { required, content: { 'application/json': { schema: doc.body ?? input.body }, ...Object.fromEntries(files) } } };
};
