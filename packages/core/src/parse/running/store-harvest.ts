import type { CommentStore } from '@otklik/contracts';
import type { JobContext } from '../../jobs/job-context.ts';
import type { CollectMetrics } from '../collect-metrics.ts';
import type { Frontier } from '../frontier/frontier.ts';
import type { Harvest } from '../reading/harvest.ts';
import { progressOf } from './progress.ts';

type Deps = {
  readonly comments: Pick<CommentStore, 'storePage'>;
  readonly metrics?: CollectMetrics | undefined;
  readonly context: JobContext<'parse'>;
};

/** Stores rows and what is open after them in one transaction. Throws what ends the attempt, when the job is not ours any more. */
export const makeStoreHarvest =
  ({ comments, metrics, context }: Deps) =>
  async (harvest: Partial<Harvest>, frontier: Frontier): Promise<void> => {
    const { authors = [], posts = [], comments: rows = [], ...others } = harvest;
    const stored = await comments.storePage({
      lease: context.lease,
      workspaceId: context.job.workspaceId,
      ...others,
      posts,
      authors: context.payload.options.includeAuthors ? authors : [],
      comments: rows,
      checkpoint: frontier,
      progress: progressOf(frontier),
      signal: context.signal,
    });
    if (stored.state !== 'fenced') metrics?.stored({ ...stored, read: rows.length });
    context.heed(stored.state);
  };
