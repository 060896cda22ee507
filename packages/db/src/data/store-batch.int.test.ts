import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { CommentRow } from '@otklik/contracts';
import { type DataUnderTest, aComment, openDataUnderTest } from '@otklik/testing';

let data: DataUnderTest;
let workspaceId: string;
beforeAll(async () => {
  data = await openDataUnderTest();
});
afterAll(() => data.close());
beforeEach(async () => {
  workspaceId = await data.workspace();
});

/** Posts 1 … `posts`, each with comments 1 … `each`. */
const batch = (posts: number, each: number): CommentRow[] =>
  Array.from({ length: posts * each }, (_, index) =>
    aComment({ postId: String(1 + Math.floor(index / each)), commentId: String(1 + (index % each)) }),
  );
const versions = (postId: string) =>
  data.look(
    'SELECT comment_id, ctid::text, xmin::text, xmax::text FROM comment WHERE workspace_id = $1 AND object_id = $2 ORDER BY comment_id',
    [workspaceId, postId],
  );

describe('storePage with a batch over many posts', () => {
  test.each([{ each: 10 }, { each: 60 }])(
    'when a post of $each comments in its middle is known, then its unchanged rows are left alone, and the others are new',
    async ({ each }) => {
      const all = batch(5, each);
      const known = all.filter(({ postId }) => postId === '3');
      await data.store(workspaceId, { comments: known });
      const before = await versions('3');
      expect(await data.store(workspaceId, { comments: all })).toEqual({ state: 'running', inserted: 4 * each, updated: 0 });
      expect(before).toHaveLength(each);
      expect(await versions('3')).toEqual(before);
      expect(await data.store(workspaceId, { comments: all })).toEqual({ state: 'running', inserted: 0, updated: 0 });
    },
  );

  test('when a page goes on from the last comment of the one before, then that one is updated and the others are new', async () => {
    const page = batch(1, 300);
    await data.store(workspaceId, { comments: page.slice(0, 100) });
    const next = page.slice(99).map((row) => ({ ...row, likes: 5 }));
    expect(await data.store(workspaceId, { comments: next })).toEqual({ state: 'running', inserted: 200, updated: 1 });
  });

  test('when more comments lie between those of a page than it has, then each is there once all the same', async () => {
    const all = batch(1, 500);
    const isThird = ({ commentId }: CommentRow): boolean => Number(commentId) % 3 === 0;
    await data.store(workspaceId, { comments: all.filter((row) => !isThird(row)) });
    expect(await data.store(workspaceId, { comments: all.filter(isThird) })).toEqual({ state: 'running', inserted: 166, updated: 0 });
  });

  test('when two collections store overlapping batches at once, then each comment is there once and counted once', async () => {
    const all = batch(10, 40);
    const outcomes = await Promise.all([all, all.slice(100), all.slice(0, 300)].map((comments) => data.store(workspaceId, { comments })));
    expect(outcomes.reduce((sum, { inserted }) => sum + inserted, 0)).toBe(400);
    expect((await data.db.stats.collected(workspaceId)).comments).toBe(400);
  });
});
