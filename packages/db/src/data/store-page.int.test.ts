import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { CommentFilter, CommentScope, CommentView } from '@otklik/contracts';
import {
  type DataUnderTest,
  aComment,
  aPost,
  aStub,
  anAuthor,
  leaseOf,
  oldLeaseOf,
  openDataUnderTest,
  someProgress,
} from '@otklik/testing';

let data: DataUnderTest;
let workspaceId: string;
beforeAll(async () => {
  data = await openDataUnderTest();
});
afterAll(() => data.close());
beforeEach(async () => {
  workspaceId = await data.workspace();
});

const keyOf = ({ ownerId, postId, commentId }: Pick<CommentView, 'ownerId' | 'postId' | 'commentId'>): string =>
  `${ownerId}_${postId}_${commentId}`;
const list = (filter: CommentFilter = {}) => data.db.comments.listComments({ workspaceId, filter, after: null, limit: 100 });
const streamed = async (scope: CommentScope): Promise<readonly string[]> => {
  const keys: string[] = [];
  const signal = new AbortController().signal;
  for await (const comment of data.db.comments.streamComments({ workspaceId, scope, signal })) keys.push(keyOf(comment));
  return keys;
};

describe('storePage', () => {
  test('when a page is stored twice, then the second time writes no new row versions', async () => {
    const page = {
      wall: { ownerId: '-1', kind: 'group', name: 'Wall', screenName: null } as const,
      posts: [aPost()],
      authors: [anAuthor()],
      comments: [aComment(), aComment({ commentId: '2', attachments: [{ type: 'photo', id: '1_2' }] }), aStub({ commentId: '3' })],
    };
    const versions = () =>
      data.look(
        `SELECT xmin::text, ctid::text FROM comment WHERE workspace_id = $1 UNION ALL SELECT xmin::text, ctid::text FROM post WHERE workspace_id = $1
         UNION ALL SELECT xmin::text, ctid::text FROM author WHERE workspace_id = $1 UNION ALL SELECT xmin::text, ctid::text FROM wall WHERE workspace_id = $1`,
        [workspaceId],
      );
    expect(await data.store(workspaceId, page)).toEqual({ state: 'running', inserted: 3, updated: 0 });
    const before = await versions();
    expect(await data.store(workspaceId, page)).toEqual({ state: 'running', inserted: 0, updated: 0 });
    expect(before).toHaveLength(6);
    expect(await versions()).toEqual(before);
  });

  test('when the lease is old, then neither rows nor checkpoint are written', async () => {
    const job = await data.startJob(workspaceId);
    const outcome = await data.db.comments.storePage({
      lease: oldLeaseOf(job),
      workspaceId,
      posts: [aPost()],
      authors: [anAuthor()],
      comments: [aComment()],
      checkpoint: { at: 1 },
      progress: someProgress,
    });
    expect(outcome).toEqual({ state: 'fenced', inserted: 0, updated: 0 });
    expect(await list()).toEqual([]);
    expect((await data.db.jobs.get(workspaceId, job.id))?.checkpoint).toBeNull();
  });

  test('when the lease belongs to another workspace, then nothing is written', async () => {
    const job = await data.startJob(await data.workspace());
    const page = { posts: [], authors: [], comments: [aComment()], checkpoint: null, progress: someProgress };
    expect((await data.db.comments.storePage({ lease: leaseOf(job), workspaceId, ...page })).state).toBe('fenced');
    expect(await list()).toEqual([]);
  });

  test('when a comment comes back as a deleted stub, then its text and author of before are kept', async () => {
    await data.store(workspaceId, { comments: [aComment({ text: 'before', likes: 7 })] });
    await data.store(workspaceId, { comments: [aStub()] });
    expect(await list()).toMatchObject([{ text: 'before', authorKey: 'id1', likes: 7, isDeleted: true, deletedAt: expect.any(Date) }]);
  });

  test('when walls and posts use the same numbers, then each comment is a row of its own', async () => {
    const comments = [aComment(), aComment({ ownerId: '-2' }), aComment({ postId: '2' }), aComment({ ownerId: '1' })];
    expect((await data.store(workspaceId, { comments })).inserted).toBe(4);
    expect((await list()).map(keyOf).toSorted()).toEqual(comments.map(keyOf).toSorted());
  });

  test('when ids need 64 bits, then they come back digit for digit', async () => {
    const max = '9223372036854775807';
    const row = aComment({ ownerId: `-${max}`, postId: max, commentId: max, parentId: max, threadId: max, replyToId: max });
    await data.store(workspaceId, { comments: [row] });
    expect(await list()).toMatchObject([row]);
    expect(await streamed({ posts: [`-${max}_${max}`] })).toEqual([keyOf(row)]);
  });
});
