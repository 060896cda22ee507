import type { z } from 'zod';
import type { Scope } from '../scopes.ts';
import type { AnswerHeader } from './answer-headers.ts';

/** The chapters of the document, in their order. */
export const apiTags = {
  Jobs: 'Collecting, analyzing and exporting: submit, follow, cancel, replay.',
  Targets: 'Lists of walls and posts to collect.',
  Data: 'What was collected: comments, and the keywords that analysis looks for.',
  Exports: 'Files that export jobs wrote.',
  Operation: 'For those who run the installation.',
  Document: 'What you are reading.',
  Probes: 'For load balancers and orchestrators. No key needed.',
} as const;
export type ApiTag = keyof typeof apiTags;

/** One answer that a caller can get. */
export type AnswerDoc = {
  readonly description: string;
  /** A body in JSON. */
  readonly body?: z.ZodType;
  /** Media types of a body that is not JSON. */
  readonly media?: readonly string[];
  /** Beside `X-Request-Id`, which every answer has. */
  readonly headers?: Readonly<Partial<Record<AnswerHeader, 'always' | 'sometimes'>>>;
};

/** What the document says of a route beside its input. */
export type OperationDoc = {
  /** Unique; clients are generated with it. */
  readonly operationId: string;
  readonly tag: ApiTag;
  /** A few words without a full stop. */
  readonly summary: string;
  /** Markdown. */
  readonly description?: string;
  /** By status. Problems stand elsewhere. */
  readonly answers: Readonly<Record<number, AnswerDoc>>;
  /** The body as a document can show it, where the schema that checks it can't be shown. */
  readonly body?: z.ZodType;
  /** Media types of files that may come in place of JSON. */
  readonly files?: readonly string[];
};

export type OperationInput = {
  readonly path?: z.ZodObject;
  readonly query?: z.ZodObject;
  readonly header?: z.ZodObject;
  /** What an absent body is checked as: `{}`. */
  readonly body?: z.ZodType;
};

/** A kind of problem, as the catalog of errors has it. */
export type ProblemDoc = { readonly code: string; readonly status: number; readonly title: string; readonly retryAfter: boolean };

/** Everything about a route that callers need to know. */
export type Operation = {
  readonly method: 'get' | 'post' | 'put' | 'patch' | 'delete';
  /** `/v1/jobs/{id}:cancel`. */
  readonly path: string;
  readonly scope: Scope | 'public';
  readonly doc: OperationDoc;
  readonly input: OperationInput;
  readonly problems: readonly ProblemDoc[];
};
