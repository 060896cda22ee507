import { CommentScope, type JobReads, type JobRecord, ParseResult } from '@otklik/contracts';
import { ValidationError } from '@otklik/shared';

type Deps = { readonly jobs: Pick<JobReads, 'pipelineResults'> };

type Given = {
  readonly job: Pick<JobRecord, 'workspaceId' | 'pipelineId'>;
  readonly payload: { readonly scope?: CommentScope | undefined };
  readonly signal: AbortSignal;
};

export type ResolveScope = (given: Given) => Promise<CommentScope>;

/**
 * The scope that a job was given, or else what the parse jobs of its pipeline have collected. Throws ValidationError
 * when they collected nothing, or walls and single posts of other walls, which one scope can not name together.
 */
export const makeResolveScope =
  ({ jobs }: Deps): ResolveScope =>
  async ({ job: { workspaceId, pipelineId }, payload: { scope }, signal }) => {
    if (scope !== undefined) return scope;
    const results = pipelineId === null ? [] : await jobs.pipelineResults({ workspaceId, pipelineId, type: 'parse', signal });
    return CommentScope.parse(scopeOf(results.map((result) => Collected.parse(result))));
  };

const Collected = ParseResult.pick({ ownerId: true, postId: true, ownerIds: true });

const scopeOf = (collected: readonly Pick<ParseResult, 'ownerId' | 'postId' | 'ownerIds'>[]): CommentScope => {
  // Of a list the walls are taken whole: which posts of them it had is not kept.
  const walls = new Set(collected.filter(({ postId }) => postId === null).flatMap(({ ownerId, ownerIds }) => ownerId ?? ownerIds));
  const single = collected.flatMap(({ ownerId, postId }) => (ownerId === null || postId === null ? [] : { ownerId, postId }));
  const posts = new Set(single.filter(({ ownerId }) => !walls.has(ownerId)).map(({ ownerId, postId }) => `${ownerId}_${postId}`));
  if (walls.size === 0 && posts.size === 0)
    throw refuse('No job of the pipeline has collected comments, so there is no scope to take over.');
  if (walls.size > 0 && posts.size > 0)
    throw refuse('The pipeline has collected walls and single posts of other walls: say which of them is meant.');
  return walls.size > 0 ? { walls: [...walls] } : { posts: [...posts] };
};

const refuse = (detail: string): ValidationError => new ValidationError(detail, [{ pointer: '/scope', detail }]);
