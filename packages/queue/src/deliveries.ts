import { type JobType, QueueMessage, toPublicId } from '@otklik/contracts';
import { type ControlError, Fenced, type Logger, toAppError, withLogContext } from '@otklik/shared';
import type { Disposition } from './disposition.ts';
import type { DeliveryEnd, IncomingDelivery } from './queue-engine.ts';

type Message = QueueMessage & Pick<IncomingDelivery, 'isAgain'>;

/**
 * Runs one delivery to its recorded end; `isAgain`: another worker had it and went silent. The signal ends it early: fenced,
 * or shut down. `onWorked` may be called when it has done its work well and nothing but the record of that is left.
 */
export type Handle = (message: Message, signal: AbortSignal, onWorked: () => void) => Promise<Disposition>;

type Deps = {
  readonly type: JobType;
  readonly handle: Handle;
  readonly logger: Logger;
  /** How many may be recorded at once beside those that hold a slot. */
  readonly maxRecording: () => number;
  /** Told whenever a delivery begins or ends. */
  readonly onProgress: () => void;
};

/** The deliveries of one queue that this process works on. */
export type Deliveries = {
  /**
   * Never rejects: whatever happens becomes the end of the delivery. What has worked ends for the queue while it is still being
   * recorded, so that its slot is free meanwhile. Should the record fail, then the lease runs out, and the reconciler has it.
   */
  process(delivery: IncomingDelivery): Promise<DeliveryEnd>;
  /** Aborts those whose lock is lost: somebody else may be at work on them. */
  fence(ids: readonly string[]): void;
  abortAll(reason: ControlError): void;
  /** Without those that are only being recorded. */
  active(): number;
  /** How many have begun so far. */
  taken(): number;
  /** Resolves when nothing is being worked on or recorded. */
  idle(): Promise<void>;
};

export const createDeliveries = ({ type, handle, logger, maxRecording, onProgress }: Deps): Deliveries => {
  const running = new Map<string, AbortController>();
  let taken = 0;
  let recording = 0;
  let waiters: (() => void)[] = [];
  const run = makeRun({ type, handle, logger });

  const fence = (ids: readonly string[]): void => {
    for (const id of ids) running.get(id)?.abort(new Fenced('The delivery was lost to another worker.'));
  };
  const end = (id: string, controller: AbortController): void => {
    if (running.get(id) === controller) running.delete(id);
    onProgress();
    if (running.size > 0) return;
    for (const wake of waiters) wake();
    waiters = [];
  };
  const runToEnd = async (delivery: IncomingDelivery, leaveSlot: (ended: DeliveryEnd) => void): Promise<DeliveryEnd> => {
    const { id } = delivery;
    // The same delivery again in the same process: the first one stalled, and must not go on.
    fence([id]);
    const controller = new AbortController();
    running.set(id, controller);
    taken += 1;
    onProgress();
    let isRecording = false;
    const onWorked = (): void => {
      if (isRecording || recording >= maxRecording()) return;
      isRecording = true;
      recording += 1;
      leaveSlot({ value: WORKED });
    };
    try {
      return await run(delivery, controller.signal, onWorked);
    } finally {
      if (isRecording) recording -= 1;
      end(id, controller);
    }
  };

  return {
    process: (delivery) => new Promise((resolve) => void runToEnd(delivery, resolve).then(resolve)),
    fence,
    abortAll: (reason) => {
      for (const controller of running.values()) controller.abort(reason);
    },
    active: () => running.size - recording,
    taken: () => taken,
    idle: () => (running.size === 0 ? Promise.resolve() : new Promise((wake) => waiters.push(wake))),
  };
};

/** What the queue keeps of a delivery that has worked, whatever becomes of its record. */
const WORKED = { kind: 'succeeded' } satisfies Disposition;

const makeRun = ({ type, handle, logger }: Pick<Deps, 'type' | 'handle' | 'logger'>) => {
  const runParsed = async (...parameters: Parameters<Handle>): Promise<DeliveryEnd> => {
    try {
      const disposition = await handle(...parameters);
      if (disposition.kind !== 'failed') return { value: { kind: disposition.kind } };
      return { failure: `${disposition.error.code}: ${disposition.error.message}` };
    } catch (thrown) {
      // The use case answers for failures of jobs; what it throws is a failure of ours, and the reconciler's business.
      const error = toAppError(thrown);
      logger.error('delivery broke off', { error });
      return { failure: `${error.code}: ${error.message}` };
    }
  };

  return async ({ data, isAgain }: IncomingDelivery, signal: AbortSignal, onWorked: () => void): Promise<DeliveryEnd> => {
    const parsed = QueueMessage.safeParse(data);
    if (!parsed.success || parsed.data.type !== type) {
      logger.error('delivery not understood', { type, faults: parsed.error?.issues.map(({ path, code }) => ({ path, code })) });
      return { failure: 'BAD_MESSAGE: The delivery is not a message of this queue.' };
    }
    const { jobId, generation } = parsed.data;
    return withLogContext({ jobId: toPublicId('job', jobId), type, generation }, () =>
      runParsed({ ...parsed.data, isAgain }, signal, onWorked),
    );
  };
};
