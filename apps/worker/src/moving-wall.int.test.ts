import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type CollectorUnderTest, startCollectorUnderTest } from './testing/collector-under-test.ts';

describe('collecting, when the wall changes meanwhile', () => {
  let collector: CollectorUnderTest;
  beforeAll(async () => {
    collector = await startCollectorUnderTest({
      walls: [
        { screenName: 'moving', ownerId: -77, posts: 1, topLevelPerPost: 450 },
        { screenName: 'pinning', ownerId: -79, posts: 220, topLevelPerPost: 1 },
        { screenName: 'growing', ownerId: -78, posts: 260, topLevelPerPost: 1 },
      ],
    });
  });
  afterAll(() => collector.close());

  test('5: when the comment that the next page begins with is removed, then none behind it is lost', async () => {
    let pages = 0;
    const { result } = await collector.collect(
      { target: { wall: 'moving' } },
      {
        onPage: async () => {
          pages += 1;
          // The pages: the wall found, the posts listed, then comments.
          if (pages !== 3) return;
          const ids = (await collector.stored(-77)).map(({ id }) => Number(id));
          for (const commentId of ids.slice(-2))
            await collector.simulator.control({ do: 'deleteComment', ownerId: -77, commentId, leaving: 'nothing' });
        },
      },
    );
    const stored = await collector.stored(-77);
    const alive = (await collector.simulator.truth(-77)).comments.map(({ id }) => String(id));
    expect(stored.map(({ id }) => id)).toEqual(expect.arrayContaining(alive));
    expect(stored.filter(({ deleted }) => !deleted).map(({ id }) => id)).toEqual(alive);
    expect(stored).toHaveLength(450);
    expect(result.comments).toBe(448);
  });

  test('5: when a post is pinned before the list comes to it, and another one when it is past, then each is read and counted once', async () => {
    const { posts } = await collector.simulator.truth(-79);
    let pages = 0;
    const pin = (place: number) => collector.simulator.control({ do: 'pinPost', ownerId: -79, postId: posts[place]?.id ?? 0 });
    const { result } = await collector.collect(
      { target: { wall: 'pinning' } },
      {
        onPage: async () => {
          pages += 1;
          // The wall was found, its first page came; then the second one.
          if (pages === 2) await pin(150);
          if (pages === 3) await pin(30);
        },
      },
    );
    expect(result).toMatchObject({ posts: 220, comments: 220, missing: 0 });
    const again = await collector.collect({ target: { wall: 'pinning' } }, { onPage: () => pin(200).then(() => undefined) });
    expect(again.result).toMatchObject({ comments: again.result.posts, newComments: 0, missing: 0 });
  });

  test('5: when new posts shift the wall, then no post is read twice and none is lost', async () => {
    let pages = 0;
    const { result } = await collector.collect(
      { target: { wall: 'growing' } },
      {
        onPage: async () => {
          pages += 1;
          if (pages % 60 === 0) await collector.simulator.control({ do: 'addPost', ownerId: -78, text: 'Новое' });
        },
      },
    );
    expect(result).toMatchObject({ posts: 260, comments: 260, missing: 0 });
    const calls = (await collector.simulator.log()).filter(
      ({ method, params }) => method === 'wall.getComments' && params['owner_id'] === '-78',
    );
    expect(new Set(calls.map(({ params }) => params['post_id'])).size).toBe(calls.length);
  });
});
