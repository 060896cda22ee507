import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { type DataUnderTest, aComment, openDataUnderTest } from '@otklik/testing';
import { makeListComments } from './list-comments.ts';

let data: DataUnderTest;
let workspaceId: string;
beforeAll(async () => {
  data = await openDataUnderTest();
});
afterAll(() => data.close());
beforeEach(async () => {
  workspaceId = await data.workspace();
});

const list = (cursor: string | null, limit = 2) =>
  makeListComments({ comments: data.db.comments })({ workspaceId, filter: {}, cursor, limit });

describe('makeListComments', () => {
  test('when a cursor is passed on, then the pages follow each other and the last one says so', async () => {
    await data.store(workspaceId, { comments: ['1', '2', '3', '4'].map((commentId) => aComment({ commentId })) });
    const first = await list(null);
    const second = await list(first.nextCursor);
    expect([...first.items, ...second.items].map(({ commentId }) => commentId)).toEqual(['4', '3', '2', '1']);
    expect(first.nextCursor).toMatch(/^[\w-]+$/);
    expect(second.nextCursor).toBeNull();
  });

  test('when there is nothing, then there is no next page', async () => {
    expect(await list(null)).toEqual({ items: [], nextCursor: null });
  });

  const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const place = { date: '2026-01-01T00:00:00.000Z', ownerId: '-1', postId: '1', commentId: '1' };
  test.each([
    '',
    '%',
    'bm9uZQ',
    encode(null),
    encode([]),
    encode({ ...place, ownerId: '1 OR 1' }),
    encode({ ...place, date: 'now' }),
    encode({ ...place, more: 1 }),
  ])('when the cursor is %j, then it is refused by name', async (cursor) => {
    await expect(list(cursor)).rejects.toMatchObject({ code: 'VALIDATION', faults: [{ pointer: 'query:cursor' }] });
  });
});
