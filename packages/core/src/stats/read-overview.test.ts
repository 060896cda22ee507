import { describe, expect, test } from '@jest/globals';
import { type JobCount, JOBS_COUNTED_MAX, jobStates, jobTypes } from '@otklik/contracts';
import { createManualClock, createMemoryCache } from '@otklik/shared';
import { waitFor } from '@otklik/testing';
import { makeReadOverview } from './read-overview.ts';

const collected = {
  walls: 1,
  posts: 2,
  authors: 3,
  comments: 4,
  commentsDeleted: 1,
  commentsClaimed: 5,
  lastCollectedAt: new Date('2026-11-25T09:00:00.000Z'),
};

const overviewWith = (jobs: readonly JobCount[]) => {
  const clock = createManualClock();
  const asked: string[] = [];
  const stats = {
    collected: async (workspaceId: string) => {
      asked.push(workspaceId);
      return collected;
    },
    jobs: async () => jobs,
  };
  const now = (): Date => new Date(Date.UTC(2026, 10, 25) + clock.now());
  return { clock, asked, read: makeReadOverview({ stats, cache: createMemoryCache({ clock }), now }) };
};

describe('the overview of a workspace', () => {
  test('when nothing runs, then every type and every state is there all the same', async () => {
    const { jobs, ...rest } = await overviewWith([{ type: 'parse', state: 'failed', jobs: 7 }]).read('a');
    expect(rest).toEqual({
      countedAt: '2026-11-25T00:00:00.000Z',
      walls: 1,
      posts: 2,
      authors: 3,
      comments: { stored: 4, deleted: 1 },
      coverage: { claimed: 5, collected: 4 },
      lastCollectedAt: '2026-11-25T09:00:00.000Z',
    });
    expect(jobs.byType.map(({ type }) => type)).toEqual(jobTypes);
    for (const { states } of jobs.byType) expect(Object.keys(states).toSorted()).toEqual(jobStates.toSorted());
    expect(jobs).toMatchObject({ isCapped: false, byType: [{ states: { failed: 7, succeeded: 0 } }, {}, {}] });
  });

  test('when counting stopped at its limit, then that is told', async () => {
    const half = JOBS_COUNTED_MAX / 2;
    const { read } = overviewWith([
      { type: 'parse', state: 'succeeded', jobs: half },
      { type: 'export', state: 'succeeded', jobs: half },
    ]);
    expect((await read('a')).jobs.isCapped).toBe(true);
  });

  test('when many ask, then each workspace is counted once a minute', async () => {
    const { clock, asked, read } = overviewWith([]);
    await Promise.all([read('a'), read('a'), read('b')]);
    await clock.advance(50_000);
    await read('a');
    expect(asked).toEqual(['a', 'b']);
    await clock.advance(11_000);
    // Nobody waits for the new numbers: who comes first gets the old ones, and when they were counted.
    expect((await read('a')).countedAt).toBe('2026-11-25T00:00:00.000Z');
    await waitFor(async () => (await read('a')).countedAt === '2026-11-25T00:01:01.000Z');
    expect(asked).toEqual(['a', 'b', 'a']);
  });
});
