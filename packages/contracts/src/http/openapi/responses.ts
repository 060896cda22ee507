import type { ZodOpenApiContentObject, ZodOpenApiHeadersObject, ZodOpenApiResponseObject } from 'zod-openapi';
import { problemType } from '../bodies/problem.ts';
import { type AnswerHeader, answerHeaders } from './answer-headers.ts';
import type { AnswerDoc, Operation, ProblemDoc } from './operation.ts';

type Response = ZodOpenApiResponseObject | { readonly $ref: string };

/** Answers that several operations give, under the names by which they are referred to. */
export type SharedResponses = Map<string, ZodOpenApiResponseObject>;

/** Every answer of an operation by status: its own, and its problems. The latter are put into `shared`. */
export const responsesOf = ({ doc, problems }: Operation, shared: SharedResponses): Record<string, Response> => {
  const responses: Record<string, Response> = {};
  const statuses = [...Object.keys(doc.answers).map(Number), ...problems.map(({ status }) => status)];
  for (const status of new Set(statuses)) {
    const answer = doc.answers[status];
    const ofStatus = problems.filter((problem) => problem.status === status);
    if (answer === undefined) responses[String(status)] = refer(ofStatus, shared);
    else responses[String(status)] = ofStatus.length === 0 ? toResponse(answer) : merge(toResponse(answer), toProblemResponse(ofStatus));
  }
  return responses;
};

const refer = (problems: readonly ProblemDoc[], shared: SharedResponses): Response => {
  const name = problems.map(({ code }) => pascal(code)).join('Or');
  if (!shared.has(name)) shared.set(name, toProblemResponse(problems));
  return { $ref: `#/components/responses/${name}` };
};

/** `NOT_FOUND` → `NotFound`. */
const pascal = (code: string): string => code.toLowerCase().replaceAll(/(?:^|_)([a-z])/g, (_match, letter: string) => letter.toUpperCase());

const toResponse = ({ description, body, media = [], headers }: AnswerDoc): ZodOpenApiResponseObject => {
  const content: ZodOpenApiContentObject = {
    ...(body && { 'application/json': { schema: body } }),
    ...Object.fromEntries(media.map((type) => [type, { schema: { type: 'string' as const } }])),
  };
  return { description, headers: toHeaders(headers), ...(Object.keys(content).length > 0 && { content }) };
};

/** Codes are a closed list for each operation; all else is that of every problem. */
const toProblemResponse = (problems: readonly ProblemDoc[]): ZodOpenApiResponseObject => ({
  description: problems.map(({ code, title }) => `\`${code}\`: ${title}`).join('\n\n'),
  headers: toHeaders({
    ...(problems.some(({ status }) => status === 401) && { 'WWW-Authenticate': 'always' as const }),
    ...(problems.some(({ retryAfter }) => retryAfter) && {
      'Retry-After': problems.every(({ retryAfter }) => retryAfter) ? ('always' as const) : ('sometimes' as const),
    }),
  }),
  content: {
    'application/problem+json': {
      example: exampleOf(problems[0]),
      schema: {
        allOf: [
          { $ref: '#/components/schemas/Problem' },
          {
            type: 'object',
            properties: {
              status: { enum: [...new Set(problems.map(({ status }) => status))] },
              code: { enum: problems.map(({ code }) => code) },
              type: { enum: problems.map(({ code }) => problemType(code)) },
            },
          },
        ],
      },
    },
  },
});

const exampleOf = (problem: ProblemDoc | undefined) =>
  problem && {
    type: problemType(problem.code),
    title: problem.title,
    status: problem.status,
    instance: '/v1/…',
    code: problem.code,
    requestId: '019ab8c2-5f7e-7c31-9d5a-3b1f0e6a7d42',
    ...(problem.code === 'VALIDATION' && {
      detail: 'One field is not valid.',
      errors: [{ pointer: '/target/wall', detail: 'is a link to a photo: walls and posts are collected' }],
    }),
  };

/** Both may come with this status; what one of them lacks is not promised. */
const merge = (one: ZodOpenApiResponseObject, other: ZodOpenApiResponseObject): ZodOpenApiResponseObject => ({
  description: [one.description, other.description].join('\n\n'),
  headers: { 'X-Request-Id': REQUEST_ID },
  content: { ...one.content, ...other.content },
});

const isAnswerHeader = (name: string): name is AnswerHeader => Object.hasOwn(answerHeaders, name);

const REQUEST_ID = { $ref: '#/components/headers/X-Request-Id' };

const toHeaders = (headers: NonNullable<AnswerDoc['headers']> = {}): ZodOpenApiHeadersObject => ({
  ...Object.fromEntries(
    Object.entries(headers).flatMap(([name, presence]) => {
      if (!isAnswerHeader(name)) return [];
      const { description, type } = answerHeaders[name];
      return [[name, { description, required: presence === 'always', schema: { type } }] as const];
    }),
  ),
  'X-Request-Id': REQUEST_ID,
});
