import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type DispatchItem, submitBody } from '@otklik/contracts';
import { newId, silentLogger, systemClock } from '@otklik/shared';
import { type DataUnderTest, openDataUnderTest, waitFor } from '@otklik/testing';
import type { BackgroundLoop } from './background-loop.ts';
import { createDispatcher } from './dispatch-jobs.ts';
import { makeSubmitJob } from './submit-job.ts';
import { wakeDispatcher } from './wake-dispatcher.ts';

const NEVER_MS = 600_000;

describe('a dispatcher that does not look by itself', () => {
  let data: DataUnderTest;
  let dispatcher: BackgroundLoop;
  let workspaceId: string;
  const added: DispatchItem[] = [];
  beforeEach(async () => {
    added.length = 0;
    data = await openDataUnderTest();
    workspaceId = await data.workspace();
    const queue = { addBulk: async (items: readonly DispatchItem[]) => void added.push(...items) };
    dispatcher = createDispatcher({ jobs: data.db.mover, queue, clock: systemClock, logger: silentLogger, pollMs: NEVER_MS });
    wakeDispatcher({ signals: data.db.signals, dispatcher });
    dispatcher.start();
  });
  afterEach(async () => {
    await dispatcher.stop();
    await data.close();
  });

  /** In a process that has no dispatcher. */
  const submit = async (): Promise<string> => {
    const order = submitBody('parse').parse({ target: { wall: '-1' } });
    const submitJob = makeSubmitJob({ jobs: data.db.jobs, dispatcher: { nudge: () => undefined }, newId });
    const { job } = await submitJob({ workspaceId, order, idempotencyKey: null, requestId: null });
    return job.id;
  };

  test('when a job was committed while it heard nothing, then it goes out as soon as it hears', async () => {
    const id = await submit();
    data.db.signals.start();
    await waitFor(() => added.length === 1);
    expect(added[0]?.jobId).toBe(id);
  });

  test('when somebody else resumes a queue, then what waited for it goes out', async () => {
    data.db.signals.start();
    await waitFor(() => data.db.signals.isHearing());
    await data.db.queuePauses.pause('parse', 'key');
    const id = await submit();
    await data.db.queuePauses.resume('parse');
    await waitFor(() => added.length === 1);
    expect(added[0]?.jobId).toBe(id);
  });
});
