import type { CommentRow, LeaseRef } from '@otklik/contracts';
import type { Database } from '@otklik/db';
import { InternalError, newId } from '@otklik/shared';
import { aNewJob } from '@otklik/testing';

/** A job that an attempt holds, as collecting needs it. */
export type HeldJob = { readonly workspaceId: string; readonly lease: LeaseRef };

/** Submits a job and takes its lease. */
export const holdJob = async (db: Database): Promise<HeldJob> => {
  const { id: workspaceId } = await db.workspaces.ensure({ id: newId(), name: 'bench' });
  const jobId = newId();
  await db.jobs.submit({ workspaceId, jobs: [aNewJob({ id: jobId, timeoutMs: 3_600_000 })], idempotency: null });
  const started = await db.jobs.start({ jobId, generation: 1, worker: 'bench', staleAfterMs: 600_000 });
  if (started.kind !== 'started') throw new InternalError('The job of the benchmark did not start.', { context: { kind: started.kind } });
  return { workspaceId, lease: { jobId, lease: started.job.lease } };
};

/** Stores the rows as a collection does: page after page, each with its checkpoint. Returns how many were new. */
export const storePages = async (
  { db, job, pageSize }: { readonly db: Database; readonly job: HeldJob; readonly pageSize: number },
  rows: readonly CommentRow[],
): Promise<number> => {
  let inserted = 0;
  for (let from = 0; from < rows.length; from += pageSize) {
    const comments = rows.slice(from, from + pageSize);
    const done = from + comments.length;
    const progress = { stage: 'comments', done, total: rows.length, unit: 'comments', message: '' };
    const page = { posts: [], authors: [], comments, checkpoint: { v: 1, offset: done }, progress };
    const outcome = await db.comments.storePage({ ...job, ...page });
    if (outcome.state !== 'running') throw new InternalError('The job of the benchmark lost its lease.', { context: { done } });
    inserted += outcome.inserted;
  }
  return inserted;
};
