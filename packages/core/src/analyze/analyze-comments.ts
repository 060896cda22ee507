import type {
  AnalysisStore,
  AnalyzeResult,
  CommentStore,
  CommentText,
  JobReads,
  KeywordStore,
  Progress,
  ScopeRef,
} from '@otklik/contracts';
import type { Logger } from '@otklik/shared';
import { makeResolveScope } from '../comments/resolve-scope.ts';
import type { JobContext, Processor } from '../jobs/job-context.ts';
import { passesMilestone } from '../jobs/milestones.ts';
import { AnalyzeCheckpoint } from './analyze-checkpoint.ts';
import type { MakeAnalyzeBatch } from './analyze-batch.ts';

export type AnalyzeCommentsDeps = {
  readonly comments: Pick<CommentStore, 'streamForAnalysis' | 'countComments'>;
  readonly analysis: AnalysisStore;
  readonly keywords: Pick<KeywordStore, 'list'>;
  readonly jobs: Pick<JobReads, 'pipelineResults'>;
  /** Where the words are looked at. */
  readonly makeAnalyzeBatch: MakeAnalyzeBatch;
  readonly logger: Logger;
};

type Context = JobContext<'analyze'>;

/**
 * Finds language, entities, stems and keywords in the comments of a scope. Findings are stored together with the place
 * to go on from, so an attempt may end at any line. All findings are stored whatever the job asks for: one that names
 * a single analysis must not take away what another one found. What it names is what its result tells.
 */
export const makeAnalyzeComments = (deps: AnalyzeCommentsDeps): Processor<'analyze'> => {
  const resolveScope = makeResolveScope({ jobs: deps.jobs });
  return async (context) => {
    const { workspaceId } = context.job;
    const ref = { workspaceId, scope: await resolveScope(context) };
    await analyze(deps, context, ref);
    const totals = await deps.analysis.analysisTotals({ ...ref, signal: context.signal });
    return { result: onlyAsked(totals, context), outcome: 'complete' };
  };
};

const analyze = async (deps: AnalyzeCommentsDeps, context: Context, ref: ScopeRef): Promise<void> => {
  const keywords = await deps.keywords.list(ref.workspaceId, context.signal);
  const analyzeBatch = deps.makeAnalyzeBatch(keywords);
  let at = await restore(deps, context, ref);
  if (at.done === 0) deps.logger.info('the analysis begins', { comments: at.total, keywords: keywords.length });
  for await (const batch of deps.comments.streamForAnalysis({ ...ref, after: at.after, signal: context.signal })) {
    const rows = await analyzeBatch(batch, context.signal);
    const before = at.done;
    at = moved(at, batch);
    const { state } = await deps.analysis.storeAnalysis({
      lease: context.lease,
      workspaceId: ref.workspaceId,
      rows,
      checkpoint: at,
      progress: progressOf(at),
      signal: context.signal,
    });
    context.heed(state);
    if (passesMilestone(before, at.done)) deps.logger.info('comments are analyzed', { comments: at.done, ofComments: at.total });
    context.checkpointReached();
  }
};

const restore = async ({ comments }: AnalyzeCommentsDeps, { job, signal }: Context, ref: ScopeRef): Promise<AnalyzeCheckpoint> => {
  // One of another version is no place to go on from. Beginning again doubles nothing.
  const kept = AnalyzeCheckpoint.safeParse(job.checkpoint);
  return kept.success ? kept.data : { v: 1, after: null, done: 0, total: await comments.countComments({ ...ref, signal }) };
};

const moved = (at: AnalyzeCheckpoint, batch: readonly CommentText[]): AnalyzeCheckpoint => {
  const last = batch.at(-1);
  if (last === undefined) return at;
  const { ownerId, postId, commentId } = last;
  return { ...at, after: { ownerId, postId, commentId }, done: at.done + batch.length };
};

/** Comments may have been added since they were counted. */
const progressOf = ({ done, total }: AnalyzeCheckpoint): Progress => ({
  stage: 'analysis',
  done,
  total: Math.max(total, done),
  unit: 'comments',
  message: `${done} of ${Math.max(total, done)} comments analyzed`,
});

const onlyAsked = (totals: AnalyzeResult, { payload: { analyses } }: Context): AnalyzeResult => ({
  ...totals,
  languages: analyses.includes('language') ? totals.languages : {},
  entities: analyses.includes('entities') ? totals.entities : { mentions: 0, links: 0, hashtags: 0, emoji: 0 },
  topStems: analyses.includes('stems') ? totals.topStems : [],
  keywords: analyses.includes('keywords') ? totals.keywords : [],
});
