import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ParsePayload, type ParseResult } from '@otklik/contracts';
import { makeRetryJob } from '@otklik/core';
import { newId } from '@otklik/shared';
import { SPECIAL_WALLS, TRAP_POSTS } from '@otklik/vk-simulator';
import { type Collected, type CollectorUnderTest, startCollectorUnderTest } from './testing/collector-under-test.ts';

const OWNER = SPECIAL_WALLS.traps.ownerId;
const order = { target: { wall: SPECIAL_WALLS.traps.screenName } };

/** What VK says to each of them. Of one the answer is no refusal: VK fails, and may be better tomorrow. */
const REFUSED = { donut: 212, longThread: 15, authors: 1 } as const;
const EXPECTED: Readonly<Record<string, number>> = { ...REFUSED, hidden: 212, mentions: 15 };

describe('a wall of which VK does not give everything', () => {
  let collector: CollectorUnderTest;
  let first: Collected;
  const claimed = new Map<string, number>();

  const refuse = async (trap: keyof typeof REFUSED): Promise<unknown> => {
    const params = { post_id: String(TRAP_POSTS[trap]) };
    return collector.simulator.control({
      do: 'fail',
      method: 'wall.getComments',
      params,
      times: 1_000,
      with: { kind: 'error', code: REFUSED[trap] },
    });
  };

  beforeAll(async () => {
    collector = await startCollectorUnderTest();
    for (const { id, claimedComments } of (await collector.simulator.truth(OWNER)).posts) claimed.set(String(id), claimedComments);
    await refuse('donut');
    await refuse('longThread');
    await refuse('authors');
    let pages = 0;
    const onPage = async (): Promise<void> => {
      pages += 1;
      // The wall was found, then its posts were listed.
      if (pages === 2) await collector.simulator.control({ do: 'deletePost', ownerId: OWNER, postId: TRAP_POSTS['mentions'] ?? 0 });
    };
    first = await collector.collect(order, { onPage });
  });
  afterAll(() => collector.close());

  const coverage = async () => {
    const found = await collector.db.walls.wallInDetail({ workspaceId: collector.workspaceId, ownerId: String(OWNER) });
    if (found === null) throw new Error('the wall is not stored');
    return found.coverage;
  };
  const claimedOf = (trap: string): number => claimed.get(String(TRAP_POSTS[trap])) ?? 0;
  const codesOf = ({ failedPosts }: ParseResult) => new Map(failedPosts.map(({ postId, vkCode }) => [postId, vkCode]));

  test('then the result names each post with the code, and says of every missing comment what is to blame', () => {
    expect(first.outcome).toBe('partial');
    expect(codesOf(first.result)).toEqual(new Map(Object.entries(EXPECTED).map(([trap, code]) => [String(TRAP_POSTS[trap]), code])));
    expect(first.result.missingBy).toEqual({
      closed: claimedOf('hidden'),
      donut: claimedOf('donut'),
      private: claimedOf('longThread'),
      deleted: claimedOf('mentions'),
      error: claimedOf('authors'),
      unexplained: 7,
      cut: 0,
      unread: 0,
    });
    const none = Object.entries(first.result.missingBy).flatMap(([reason, count]) => (count === 0 ? [reason] : []));
    expect(none.toSorted()).toEqual(['cut', 'unread']);
  });

  test('then the wall says the same as the result', async () => {
    const { posts, claimed: all, collected, missing, reasons } = await coverage();
    const { result } = first;
    expect({ posts, claimed: all, collected, missing }).toEqual({
      posts: result.posts,
      claimed: result.claimed,
      collected: result.comments,
      missing: result.missing,
    });
    const expected = Object.entries(result.missingBy).filter(([, count]) => count > 0);
    expect(Object.fromEntries(reasons.map((reason) => [reason.state, reason.missing]))).toEqual(Object.fromEntries(expected));
  });

  test('when only what failed is collected again, then only that is asked for, and what VK gives now is not missing any more', async () => {
    const { db, workspaceId, simulator } = collector;
    await simulator.control({ do: 'resetRules' });
    await simulator.control({ do: 'resetLog' });
    const retry = makeRetryJob({ jobs: db.jobs, dispatcher: { nudge: () => undefined }, newId });
    const { job } = await retry({ workspaceId, jobId: first.jobId, from: 'failed', idempotencyKey: null, requestId: null });
    const again = await collector.collect(ParsePayload.parse(job.payload));
    expect(codesOf(again.result)).toEqual(
      new Map([
        [String(TRAP_POSTS['hidden']), 212],
        [String(TRAP_POSTS['mentions']), null],
      ]),
    );
    const log = await simulator.log();
    expect(log.filter(({ method }) => method === 'wall.get')).toEqual([]);
    const asked = log.filter(({ method }) => method === 'wall.getComments').map(({ params }) => params['post_id']);
    const wanted = ['donut', 'longThread', 'authors'].map((trap) => String(TRAP_POSTS[trap]));
    expect([...new Set(asked)].toSorted()).toEqual(wanted.toSorted());
    const { reasons } = await coverage();
    expect(reasons.map(({ state }) => state)).toEqual(['closed', 'deleted', 'unexplained']);
  });
});
