import { BaseAdapter } from '@bull-board/api/dist/queueAdapters/base.js';
import type {
  JobCleanStatus,
  JobCounts,
  JobState,
  JobStatus,
  QueueJob,
  QueueJobJson,
  QueueMetrics,
  Status,
} from '@bull-board/api/typings/app';
import { jobRegistry, type JobType } from '@otklik/contracts';
import { AuthError, ConflictError } from '@otklik/shared';
import type { QueueWindow, ShelfName } from '../queue-engine.ts';
import type { OwnPauses } from './board-pauses.ts';
import { type ShownDelivery, toShown } from './shown-delivery.ts';

type Deps = {
  readonly type: JobType;
  readonly canChange: boolean;
  /** Runs a call within the time that the queue has. */
  readonly look: <T>(call: (window: QueueWindow) => Promise<T>) => Promise<T>;
  readonly pauses: OwnPauses;
  /** Where a person reads about a job (`job_…`). */
  readonly jobPath: (jobId: string) => string;
};

const SHELVES: readonly ShelfName[] = ['active', 'waiting', 'prioritized', 'completed', 'failed'];
const NOTHING: JobCounts = {
  active: 0,
  waiting: 0,
  'waiting-children': 0,
  prioritized: 0,
  completed: 0,
  failed: 0,
  delayed: 0,
  paused: 0,
  latest: 0,
};
/** Deliveries of one answer, and how far back one can turn pages: deeper ones cost the store more than they tell anybody. */
const MAX_PAGE = 100;
const MAX_START = 10_000;

/** One of our queues as Bull Board wants to see it. */
export const createDeliveryAdapter = (deps: Deps): BaseAdapter => new DeliveryAdapter(deps);

/**
 * Made from the bare base and not from the board's own adapter for BullMQ: what is not written here is not shown and not
 * done, also after an update.
 */
class DeliveryAdapter extends BaseAdapter {
  readonly #deps: Deps;

  constructor(deps: Deps) {
    super('bullmq', { readOnlyMode: !deps.canChange, allowRetries: false, externalJobUrl: ({ data }) => linkOf(deps, data) });
    this.#deps = deps;
  }

  getName(): string {
    return jobRegistry[this.#deps.type].queue;
  }

  override getDescription(): string {
    return `Deliveries of ${this.#deps.type} jobs. PostgreSQL decides about jobs; what is here can be made again.`;
  }

  getJobStatuses(): JobStatus[] {
    return [...SHELVES];
  }

  getStatuses(): Status[] {
    return ['latest', ...SHELVES];
  }

  async getJobCounts(): Promise<JobCounts> {
    return { ...NOTHING, ...(await this.#deps.look((window) => window.counts())) };
  }

  async getJobs(statuses: JobStatus[], start = 0, end = MAX_PAGE - 1): Promise<QueueJob[]> {
    const shelves = SHELVES.filter((shelf) => statuses.includes(shelf));
    if (shelves.length === 0 || start > MAX_START) return [];
    const range = { start, end: Math.min(end, start + MAX_PAGE - 1) };
    const found = await this.#deps.look((window) => window.list(shelves, range));
    return found.map((delivery) => this.#toJob(toShown(delivery)));
  }

  async getJob(id: string): Promise<QueueJob | null> {
    const found = await this.#deps.look((window) => window.find(id));
    return found === null ? null : this.#toJob(toShown(found));
  }

  /** Workers write no logs into the queue; whatever else did is not shown. */
  async getJobLogs(): Promise<string[]> {
    return [];
  }

  /** Prometheus has them. */
  async getMetrics(): Promise<QueueMetrics> {
    return { meta: { count: 0, prevTS: 0, prevCount: 0 }, data: [], count: 0 };
  }

  async getRedisInfo(): Promise<null> {
    return null;
  }

  async isPaused(): Promise<boolean> {
    return (await this.#deps.pauses.list()).has(this.#deps.type);
  }

  async pause(): Promise<void> {
    await this.#deps.pauses.pause(this.#deps.type);
  }

  async resume(): Promise<void> {
    await this.#deps.pauses.resume(this.#deps.type);
  }

  async clean(status: JobCleanStatus): Promise<void> {
    if (status !== 'completed' && status !== 'failed') return refuse();
    await this.#deps.look((window) => window.forgetAll(status));
  }

  addJob = refuse;
  empty = refuse;
  obliterate = refuse;
  promoteAll = refuse;
  updateJobScheduler = refuse;
  runJobSchedulerNow = refuse;
  setGlobalConcurrency = refuse;
  removeJobScheduler = refuse;

  async getJobSchedulers(): Promise<never[]> {
    return [];
  }

  async getJobSchedulersCount(): Promise<number> {
    return 0;
  }

  async getGlobalConcurrency(): Promise<null> {
    return null;
  }

  /** The board asks every adapter of BullMQ for these two, though its types do not say so: who is the parent of a job. */
  getQueueQualifiedName(): string {
    return this.getName();
  }

  async getFlowProducer(): Promise<null> {
    return null;
  }

  #toJob(shown: ShownDelivery): QueueJob & { readonly id: string } {
    const { look } = this.#deps;
    return {
      id: shown.id,
      opts: {},
      toJSON: () => toJson(shown),
      getState: async (): Promise<JobState> => (await look((window) => window.shelfOf(shown.id))) ?? 'unknown',
      remove: async () => {
        if (await look((window) => window.forget(shown.id))) return;
        throw new ConflictError('Only the record of a delivery that has ended can be removed. To stop a job, cancel it.');
      },
      promote: refuse,
      retry: refuse,
    };
  }
}

/** Of every delivery there has to be one; whoever put in what is none of ours gets it to nowhere. */
const linkOf = ({ jobPath }: Deps, data: { readonly job: string | null }) =>
  data.job === null ? { displayText: 'Not a job of Otklik', href: '#' } : { displayText: 'The job', href: jobPath(data.job) };

const toJson = ({ id, summary, job, dispatch, band, priority, end, failure, ...rest }: ShownDelivery): QueueJobJson => ({
  id,
  name: summary,
  data: { job, dispatch },
  returnvalue: end ?? null,
  failedReason: failure,
  stacktrace: [],
  progress: 0,
  attemptsMade: 1,
  opts: { attempts: 1, priority: band, ...(priority !== null && { named: priority }) },
  priority: band,
  timestamp: rest.addedAt,
  processedOn: rest.startedAt ?? null,
  finishedOn: rest.endedAt ?? null,
  processedBy: rest.worker ?? null,
});

const refuse = async (): Promise<never> => {
  throw new AuthError('FORBIDDEN', 'The board does not do this: PostgreSQL decides about jobs. Cancel or retry the job through the API.');
};
