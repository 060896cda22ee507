import { z } from 'zod';
import { CommentScope } from '../data/comment-scope.ts';
import { type JobType, jobRegistry, jobTypes } from './job-registry.ts';
import { schemaName } from './schema-name.ts';
import { IfParentFails, JobOptions, MAX_PIPELINE_DEPTH, MAX_PIPELINE_JOBS } from './submit-body.ts';

/**
 * The body of `POST /v1/jobs/{type}` in a form that a document can show, made of the same parts as {@link submitBody},
 * which is what checks. A test holds the two together.
 */
export const submitDocument = (type: JobType): z.ZodType => {
  const document = documents.get(type) ?? orderOf(type);
  documents.set(type, document);
  return document;
};

const documents = new Map<JobType, z.ZodType>();

const orderOf = (type: JobType): z.ZodType => {
  const { payload, inheritsScope } = jobRegistry[type];
  return z
    .strictObject({ ...payload.shape, ...(inheritsScope && { scope: CommentScope }), ...JobOptions.shape, then: FollowUps.optional() })
    .meta({ id: `${schemaName(type)}Order`, override: { examples: examplesOf(payload) } });
};

const followUpOf = (type: JobType): z.ZodType =>
  z
    .strictObject({
      type: z.literal(type),
      ...jobRegistry[type].payload.shape,
      ...JobOptions.shape,
      ifParentFails: IfParentFails,
      then: FollowUps.optional(),
    })
    .meta({ id: `${schemaName(type)}FollowUp` });

const FollowUp: z.ZodType = z.lazy(() => z.union(jobTypes.map(followUpOf)));

const FollowUps = z
  .array(FollowUp)
  .max(MAX_PIPELINE_JOBS)
  .meta({
    id: 'FollowUps',
    description: `Jobs that begin when this one has ended, side by side. ${MAX_PIPELINE_JOBS} jobs and ${MAX_PIPELINE_DEPTH} levels at most.`,
    examples: [[{ type: 'analyze', then: [{ type: 'export', format: 'csv' }] }]],
  });

/** Put in late: zod leaves examples out where input and output differ. */
const examplesOf = (payload: z.ZodType): unknown[] => payload.meta()?.examples ?? [];
