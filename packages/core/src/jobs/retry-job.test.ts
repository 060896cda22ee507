import { describe, expect, test } from '@jest/globals';
import { type FollowUp, type JobRecord, type JobState, ParsePayload, type SubmitInput } from '@otklik/contracts';
import { newId } from '@otklik/shared';
import { makeRetryJob } from './retry-job.ts';

const workspaceId = newId();
const past = new Date(0);

const aJob = (state: JobState, more: Partial<JobRecord> = {}): JobRecord => ({
  id: newId(),
  workspaceId,
  type: 'parse',
  state,
  waitingFor: null,
  outcome: null,
  priority: 'high',
  payload: { target: { wall: '-1' } },
  progress: null,
  result: null,
  error: null,
  checkpoint: { v: 1, place: 'somewhere' },
  labels: ['a'],
  attemptsSpent: 3,
  maxAttempts: 3,
  starts: 3,
  maxStarts: 8,
  timeoutMs: 1_000,
  generation: 3,
  lease: 3,
  version: 9,
  parents: [],
  pipelineId: null,
  replayOf: null,
  requestId: null,
  createdAt: past,
  queuedAt: past,
  startedAt: past,
  finishedAt: past,
  runAt: past,
  expiresAt: past,
  deadlineAt: past,
  heartbeatAt: null,
  cancelRequestedAt: null,
  isPaused: false,
  ...more,
});

/** What a replay of the job would submit. */
const replay = async (
  old: JobRecord,
  from: 'checkpoint' | 'start' | 'failed',
  followUps: readonly FollowUp[] = [],
): Promise<SubmitInput['jobs']> => {
  const submitted: SubmitInput[] = [];
  const retryJob = makeRetryJob({
    jobs: {
      get: async () => old,
      followUps: async () => followUps,
      submit: async (input) => {
        submitted.push(input);
        return { kind: 'created', job: old };
      },
    },
    dispatcher: { nudge: () => undefined },
    newId,
  });
  await retryJob({ workspaceId, jobId: old.id, from, idempotencyKey: null, requestId: null });
  const [input] = submitted;
  if (input === undefined) throw new Error('nothing was submitted');
  return input.jobs;
};

describe('replaying a job', () => {
  test.each([
    ['failed', 'checkpoint', { v: 1, place: 'somewhere' }],
    ['timed_out', 'checkpoint', { v: 1, place: 'somewhere' }],
    ['failed', 'start', null],
    ['succeeded', 'checkpoint', null],
  ] as const)('when a job that %s is replayed from its %s, then the new one begins there', async (state, from, checkpoint) => {
    const old = aJob(state);
    const [root] = await replay(old, from);
    expect(root).toMatchObject({ replayOf: old.id, payload: old.payload, priority: 'high', labels: ['a'], checkpoint });
    expect(root).toMatchObject({ runAt: null, expiresAt: null, deadlineAt: null });
  });

  test('when follow-ups ended without success, then they wait for the new job; those that succeeded stay', async () => {
    const old = aJob('failed');
    const ended = aJob('cancelled', { type: 'analyze' });
    const done = aJob('succeeded', { type: 'export' });
    const parents = [{ id: old.id, ifParentFails: 'cancel' as const }];
    const [root, ...children] = await replay(old, 'checkpoint', [
      { job: ended, parents },
      { job: done, parents },
    ]);
    expect(children).toMatchObject([
      { type: 'analyze', replayOf: ended.id, parents: [{ id: root.id, ifParentFails: 'cancel' }], checkpoint: null },
    ]);
  });

  const result = { ownerId: '-1', failedPosts: [{ postId: '45', vkCode: 212, reason: 'closed' }] };
  const window = { since: '2026-01-01T00:00:00Z', maxCommentsPerPost: 5 };

  test('when only what failed is wanted, then the new job has that as its list, with the same window and options', async () => {
    const failed = { ...result, failedWalls: [{ ref: 'apiclub' }], failedPosts: [...result.failedPosts, { ownerId: '-2', postId: '7' }] };
    const payload = { target: { wall: '-1' }, window: { ...window, postIds: ['45'] }, options: { threads: false } };
    const old = aJob('succeeded', { outcome: 'partial', result: failed, payload });
    const [root] = await replay(old, 'failed');
    expect(root).toMatchObject({ replayOf: old.id, checkpoint: null, labels: ['a'] });
    const { target, window: kept, options } = ParsePayload.parse(root.payload);
    expect({ target, window: kept }).toEqual({ target: { list: ['apiclub', '-1_45', '-2_7'] }, window });
    expect(options.threads).toBe(false);
  });

  test.each<[string, Partial<JobRecord>]>([
    ['nothing failed', { result: { ...result, failedPosts: [] } }],
    ['there is no result', { result: null }],
    ['it is no parse job', { type: 'export', result }],
  ])('when only what failed is wanted and %s, then that is a conflict', async (_why, more) => {
    await expect(replay(aJob('succeeded', more), 'failed')).rejects.toMatchObject({ code: 'CONFLICT' });
  });
});
