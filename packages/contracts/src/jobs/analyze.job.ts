import { z } from 'zod';
import { CommentScope } from '../data/comment-scope.ts';
import type { JobSpec } from './job-spec.ts';

/** The findings that a result can tell. */
export const analyses = ['language', 'entities', 'stems', 'keywords'] as const;

/** What `POST /v1/jobs/analyze` takes beside the options of every job. */
export const AnalyzePayload = z
  .strictObject({
    scope: CommentScope.optional(),
    analyses: z
      .array(z.enum(analyses))
      .min(1)
      .max(analyses.length)
      .default([...analyses]),
  })
  .meta({ id: 'AnalyzePayload', examples: [{ scope: { walls: ['-1'] }, analyses: ['language', 'keywords'] }] });
export type AnalyzePayload = z.output<typeof AnalyzePayload>;

/** What an analysis hands over: totals over the comments of its scope. */
export const AnalyzeResult = z
  .object({
    comments: z.int().describe('Comments analyzed.'),
    withoutText: z.int().describe('Of those, without text: attachments only, or deleted.'),
    languages: z.record(z.string(), z.int()).describe('ISO 639-1 code, or `und` when the letters do not tell, → comments.'),
    entities: z.object({ mentions: z.int(), links: z.int(), hashtags: z.int(), emoji: z.int() }),
    topStems: z.array(z.object({ stem: z.string(), comments: z.int() })).describe('Most frequent stems over all comments, at most 50.'),
    keywords: z
      .array(z.object({ keyword: z.string(), comments: z.int() }))
      .describe('Keywords of the workspace, and the comments that hit them; the 1,000 with the most, where there are more.'),
  })
  .meta({ id: 'AnalyzeResult' });
export type AnalyzeResult = z.output<typeof AnalyzeResult>;

/** Finds language, entities, stems and keywords in collected comments. */
export const analyzeJob = {
  does: 'Analyze collected comments',
  queue: 'analyze',
  maxAttempts: 3,
  timeoutMs: 600_000,
  concurrency: 10,
  inheritsScope: true,
  payload: AnalyzePayload,
  result: AnalyzeResult,
} as const satisfies JobSpec;
