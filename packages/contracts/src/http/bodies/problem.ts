import { z } from 'zod';

/** `VALIDATION` → `urn:otklik:problem:validation`. */
export const problemType = (code: string): string => `urn:otklik:problem:${code.toLowerCase().replaceAll('_', '-')}`;

/** RFC 9457, with our code, the request's id, and the faults of the request one by one. */
export const Problem = z
  .object({
    type: z.string().describe('`urn:otklik:problem:` and the code in lower case. Stable.'),
    title: z.string().describe('The same for every occurrence.'),
    status: z.int(),
    detail: z.string().optional().describe('What is wrong this time.'),
    instance: z.string().describe('The path that was asked for.'),
    code: z.string().describe('Stable; what programs decide by.'),
    requestId: z.string().describe('The same as in `X-Request-Id`; our log knows it.'),
    errors: z
      .array(
        z.object({
          pointer: z.string().describe('RFC 6901 JSON pointer into the body, or `query:name`, `path:name`, `header:name`.'),
          detail: z.string(),
        }),
      )
      .optional()
      .describe('Every fault of the request, where it has some.'),
  })
  .meta({
    id: 'Problem',
    description: 'RFC 9457. Says nothing that was not written for callers.',
    examples: [
      {
        type: 'urn:otklik:problem:validation',
        title: 'The request is not valid.',
        status: 400,
        detail: 'One field is not valid.',
        instance: '/v1/jobs/parse',
        code: 'VALIDATION',
        requestId: '019ab8c2-5f7e-7c31-9d5a-3b1f0e6a7d42',
        errors: [{ pointer: '/target/wall', detail: 'must be a signed id such as -1, or a screen name' }],
      },
    ],
  });
export type Problem = z.output<typeof Problem>;
