import { ParsePayload } from '@otklik/contracts';
import { type JobContext, type JobSuccess, createTokenSource, makeCollectComments } from '@otklik/core';
import { type Database, openDatabase } from '@otklik/db';
import { Fenced, JobCancelled, createMemoryPacing, newId, silentLogger, systemClock } from '@otklik/shared';
import { type TestDatabase, createTestDatabase } from '@otklik/testing';
import { createVkPool } from '@otklik/vk';
import { type SimulatorClient, type VkSimulatorOptions, createSimulatorClient, startVkSimulator } from '@otklik/vk-simulator';

/** A stored comment, as a test compares it. */
export type StoredComment = {
  readonly id: string;
  readonly post: string;
  readonly parent: string | null;
  readonly thread: string;
  readonly replyTo: string | null;
  readonly author: string | null;
  readonly text: string | null;
  readonly likes: number;
  readonly deleted: boolean;
};

export type Collected = JobSuccess<'parse'> & { readonly jobId: string };

export type CollectorUnderTest = {
  readonly db: Database;
  readonly workspaceId: string;
  readonly simulator: SimulatorClient;
  /** Runs one attempt of a new parse job to its end. Rejects as the processor does. */
  collect(payload: unknown, hooks?: { readonly onPage?: () => Promise<void> }): Promise<Collected>;
  stored(ownerId: number): Promise<readonly StoredComment[]>;
  readonly query: TestDatabase['query'];
  close(): Promise<void>;
};

const STORED = `
SELECT comment_id::text AS id, object_id::text AS post, parent_id::text AS parent, thread_id::text AS thread, reply_to_id::text AS "replyTo",
  author_key AS author, text, likes, deleted_at IS NOT NULL AS deleted
FROM comment WHERE workspace_id = $1 AND owner_id = $2 ORDER BY comment_id`;

/** The collector on a database of its own, against a simulator of its own. */
export const startCollectorUnderTest = async (options: Partial<VkSimulatorOptions> = {}): Promise<CollectorUnderTest> => {
  const vkServer = await startVkSimulator({ port: 0, seed: 1, requestsPerSecond: 100_000, ...options });
  const database = await createTestDatabase();
  const db = openDatabase({ url: database.url, name: 'test', poolMax: 4, logger: silentLogger });
  const requestsPerSecond = options.requestsPerSecond ?? 100_000;
  const installation = { secret: vkServer.token, kind: 'service', requestsPerSecond } as const;
  const common = { clock: systemClock, logger: silentLogger };
  /** For each job anew: what VK says of the token in one test must not hold the next one up. */
  const openPool = () => {
    const source = createTokenSource({ tokens: db.vkTokens, keyring: undefined, installation, ...common });
    return createVkPool({ baseUrl: vkServer.url, source, pacing: createMemoryPacing(), ...common });
  };
  const { id: workspaceId } = await db.workspaces.ensure({ id: newId(), name: 'test' });

  return {
    db,
    workspaceId,
    simulator: createSimulatorClient(vkServer.url),
    collect: async (payload, { onPage } = {}) => {
      const context = await startJob(db, { workspaceId, payload: ParsePayload.parse(payload) });
      const comments = {
        storePage: async (...input: Parameters<Database['comments']['storePage']>) => {
          const outcome = await db.comments.storePage(...input);
          await onPage?.();
          return outcome;
        },
      };
      const vk = openPool();
      try {
        const success = await makeCollectComments({ vk, comments, walls: db.walls, lists: db.targetLists, logger: silentLogger })(context);
        await db.jobs.succeed(context.lease, success);
        return { ...success, jobId: context.job.id };
      } finally {
        await vk.close();
      }
    },
    stored: (ownerId) => database.query<StoredComment>(STORED, [workspaceId, ownerId]),
    query: database.query,
    close: async () => {
      await vkServer.close();
      await db.close();
      await database.drop();
    },
  };
};

type NewJob = { readonly workspaceId: string; readonly payload: ParsePayload };

const startJob = async (db: Database, { workspaceId, payload }: NewJob): Promise<JobContext<'parse'>> => {
  const id = newId();
  const dates = { runAt: null, expiresAt: null, deadlineAt: null };
  const limits = { priority: 'normal', timeoutMs: 60_000, maxAttempts: 3, maxStarts: 8 } as const;
  const links = { labels: [], parents: [], pipelineId: null, replayOf: null, checkpoint: null, requestId: null };
  await db.jobs.submit({ workspaceId, jobs: [{ id, type: 'parse', payload, ...limits, ...dates, ...links }], idempotency: null });
  const started = await db.jobs.start({ jobId: id, generation: 1, worker: 'test', staleAfterMs: 60_000 });
  if (started.kind !== 'started') throw new Error(`the job did not start: ${started.kind}`);
  const attempt = new AbortController();
  return {
    job: started.job,
    lease: { jobId: id, lease: started.job.lease },
    payload,
    signal: attempt.signal,
    checkpointReached: () => undefined,
    progress: () => undefined,
    heed: (state) => {
      if (state === 'fenced') throw new Fenced('fenced');
      if (state === 'cancelling') throw new JobCancelled('cancelled');
    },
  };
};
