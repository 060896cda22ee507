import { randomUUID } from 'node:crypto';
import type { JobType, LeaseRef, PageInput, PageOutcome, Progress, StartedJob, StartOutcome } from '@otklik/contracts';
import { type Database, openDatabase } from '@otklik/db';
import { newId, silentLogger } from '@otklik/shared';
import pg from 'pg';
import { createTestDatabase } from '../services/test-database.ts';
import { aNewJob } from './a-new-job.ts';

export const someProgress: Progress = { stage: 'test', done: 0, total: null, unit: 'rows', message: '' };

/** The product's stores on a database of one's own. */
export type DataUnderTest = {
  readonly db: Database;
  readonly url: string;
  /** A new workspace. */
  workspace(): Promise<string>;
  /** A job of the workspace that an attempt holds. */
  startJob(workspaceId: string, options?: JobOptions): Promise<StartedJob>;
  /** Begins a running job anew, as when its worker fell silent: the lease that it had is an old one now. */
  takeOver(job: Pick<StartedJob, 'id'>): Promise<StartedJob>;
  /** Stores rows under a job of their own. */
  store(
    workspaceId: string,
    page: Partial<Pick<PageInput, 'walls' | 'posts' | 'authors' | 'comments' | 'levels' | 'postReads' | 'wallReads'>>,
  ): Promise<PageOutcome>;
  /** Looks into the tables. */
  look<Row extends pg.QueryResultRow>(text: string, values?: readonly unknown[]): Promise<readonly Row[]>;
  close(): Promise<void>;
};

export type JobOptions = { readonly type?: JobType; readonly payload?: unknown; readonly pipelineId?: string };

export const openDataUnderTest = async ({ streamPoolMax = 2 }: { readonly streamPoolMax?: number } = {}): Promise<DataUnderTest> => {
  const database = await createTestDatabase();
  const db = openDatabase({ url: database.url, name: 'test', poolMax: 4, streamPoolMax, logger: silentLogger });
  const pool = new pg.Pool({ connectionString: database.url, max: 1 });
  // A pool that ends does not wait for the good-byes of its connections; dropping the database may come first.
  pool.on('error', () => undefined);

  const startJob = async (workspaceId: string, options: JobOptions = {}): Promise<StartedJob> => {
    const job = aNewJob(options);
    await db.jobs.submit({ workspaceId, jobs: [job], idempotency: null });
    return begin(job.id, 60_000);
  };
  const begin = async (jobId: string, staleAfterMs: number): Promise<StartedJob> =>
    startedJobOf(await db.jobs.start({ jobId, generation: 1, worker: 'test', staleAfterMs }));

  return {
    db,
    url: database.url,
    startJob,
    takeOver: ({ id }) => begin(id, 0),
    workspace: async () => (await db.workspaces.ensure({ id: newId(), name: randomUUID() })).id,
    store: async (workspaceId, page) => {
      const lease = leaseOf(await startJob(workspaceId));
      const nothing = { posts: [], authors: [], comments: [] };
      return db.comments.storePage({ lease, workspaceId, ...nothing, ...page, checkpoint: null, progress: someProgress });
    },
    look: async <Row extends pg.QueryResultRow>(text: string, values: readonly unknown[] = []) =>
      (await pool.query<Row>(text, [...values])).rows,
    close: async () => {
      await Promise.all([db.close(), pool.end()]);
      await database.drop();
    },
  };
};

/** The lease that the attempt of a started job holds. */
export const leaseOf = ({ id, lease }: Pick<StartedJob, 'id' | 'lease'>): LeaseRef => ({ jobId: id, lease });

/** The job that was just started; throws when it was not. */
export const startedJobOf = (outcome: StartOutcome): StartedJob => {
  if (outcome.kind !== 'started') throw new Error(`The job did not start: ${outcome.kind}.`);
  return outcome.job;
};

/** The lease of an attempt that was just started; throws when it was not. */
export const leaseOfStart = (outcome: StartOutcome): LeaseRef => leaseOf(startedJobOf(outcome));
