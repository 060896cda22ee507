import { jobRegistry, type JobType } from '@otklik/contracts';
import { createEmptyDatabase, describeWithRedis, startPrivateRedis } from '@otklik/testing';
import { createPostgresBackend, Queue } from 'bullmq';
import { Redis } from 'ioredis';
import { Client } from 'pg';

export type EngineName = 'redis' | 'postgres';

/** A store of its own for one test file, and what an operator or an accident can do to it. */
export type StoreUnderTest = {
  readonly url: string;
  /** Forgets all jobs, as a store that lost its data does; what belongs to the installation stays. */
  loseEverything(): Promise<void>;
  /** Another worker has the delivery now. */
  stealLock(type: JobType, id: string): Promise<void>;
  /** Somebody pauses the queue with a tool of BullMQ, or resumes it. */
  hold(type: JobType, isHeld: boolean): Promise<void>;
  /** Puts anything into a queue. */
  addRaw(type: JobType, id: string, data: unknown): Promise<void>;
  /** Puts something where the product never puts anything: to be delivered in an hour. */
  addDelayed(type: JobType, id: string): Promise<void>;
  /** Redis: keys, and entries of the stream of events of `analyze`. PostgreSQL: rows of all tables, and of events. */
  size(): Promise<{ readonly entries: number; readonly events: number }>;
  /** What the board shows of a delivery. */
  look(type: JobType, id: string): Promise<{ readonly state: string; readonly reason: string | undefined; readonly value: unknown }>;
  close(): Promise<void>;
};

declare const describe: (name: string, body: () => void) => void;

/** The same promises on both engines; those on Redis are skipped, and counted so, where there is none. */
export const describeOnEachEngine = (title: string, body: (name: EngineName) => void): void => {
  describeWithRedis(`${title} on redis`, () => body('redis'));
  describe(`${title} on postgres`, () => body('postgres'));
};

export const openStore = async (name: EngineName): Promise<StoreUnderTest> => (name === 'redis' ? openRedis() : openPostgres());

const PREFIX = 'otklik';

const openRedis = async (): Promise<StoreUnderTest> => {
  const server = await startPrivateRedis();
  const client = new Redis(server.url);
  return {
    url: server.url,
    loseEverything: async () => {
      await client.flushall();
    },
    stealLock: async (type, id) => {
      await client.set(`${PREFIX}:${jobRegistry[type].queue}:${id}:lock`, 'somebody else');
    },
    size: async () => ({ entries: await client.dbsize(), events: await client.xlen(`${PREFIX}:${jobRegistry.analyze.queue}:events`) }),
    ...makeBoard((name) => new Queue(name, { connection: client, prefix: PREFIX })),
    close: async () => {
      client.disconnect();
      await server.stop();
    },
  };
};

const openPostgres = async (): Promise<StoreUnderTest> => {
  const database = await createEmptyDatabase();
  const client = new Client({ connectionString: database.url });
  await client.connect();
  return {
    url: database.url,
    loseEverything: async () => {
      await client.query('TRUNCATE bullmq.job CASCADE');
    },
    stealLock: async (type, id) => {
      await client.query('UPDATE bullmq.job SET lock_token = $3 WHERE queue = $1 AND id = $2', [
        jobRegistry[type].queue,
        id,
        'somebody else',
      ]);
    },
    size: async () => {
      const { rows } = await client.query<{ entries: number; events: number }>(`SELECT
        ((SELECT count(*) FROM bullmq.job) + (SELECT count(*) FROM bullmq.job_log) + (SELECT count(*) FROM bullmq.meta))::int AS entries,
        (SELECT count(*) FROM bullmq.event WHERE queue = '${jobRegistry.analyze.queue}')::int AS events`);
      return rows[0] ?? { entries: -1, events: -1 };
    },
    ...makeBoard((name) => new Queue(name, { connection: database.url }, createPostgresBackend)),
    close: async () => {
      await client.end();
      await database.drop();
    },
  };
};

type BoardQueue = Pick<Queue, 'add' | 'getJob' | 'getJobState' | 'pause' | 'resume' | 'close'>;

const makeBoard = (open: (queue: string) => BoardQueue): Pick<StoreUnderTest, 'hold' | 'addRaw' | 'addDelayed' | 'look'> => {
  const using = async <T>(type: JobType, use: (queue: BoardQueue) => Promise<T>): Promise<T> => {
    const queue = open(jobRegistry[type].queue);
    try {
      return await use(queue);
    } finally {
      await queue.close();
    }
  };
  return {
    hold: (type, isHeld) => using(type, (queue) => (isHeld ? queue.pause() : queue.resume())),
    addRaw: (type, id, data) =>
      using(type, async (queue) => {
        await queue.add('raw', data, { jobId: id });
      }),
    addDelayed: (type, id) =>
      using(type, async (queue) => {
        await queue.add('raw', {}, { jobId: id, delay: 3_600_000 });
      }),
    look: (type, id) =>
      using(type, async (queue) => {
        // The state first: what belongs to an end is there once the state says so.
        const state = await queue.getJobState(id);
        const job = await queue.getJob(id);
        return { state, reason: job?.failedReason, value: job?.returnvalue };
      }),
  };
};
