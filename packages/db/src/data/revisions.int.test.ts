import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { CommentRow } from '@otklik/contracts';
import { type DataUnderTest, aComment, aStub, openDataUnderTest } from '@otklik/testing';

let data: DataUnderTest;
let workspaceId: string;
beforeAll(async () => {
  data = await openDataUnderTest();
});
afterAll(() => data.close());
beforeEach(async () => {
  workspaceId = await data.workspace();
});

const REVISIONS = `SELECT change::text, text, attachments FROM comment_revision
  WHERE workspace_id = $1 ORDER BY owner_id, object_id, comment_id, id`;
const revisions = () => data.look(REVISIONS, [workspaceId]);
const see = (...comments: readonly CommentRow[]) => data.store(workspaceId, { comments });
const goneLevel = { ownerId: '-1', postId: '1', rootId: null, afterId: null, throughId: null, presentIds: [] };

describe('revisions of comments', () => {
  test('when a comment is edited, deleted and restored, then each change is kept with what it was before', async () => {
    const photo = [{ type: 'photo', id: '1_2' }];
    await see(aComment({ text: 'first' }));
    await see(aComment({ text: 'second' }));
    await see(aComment({ text: 'second', attachments: photo }));
    await see(aStub());
    await see(aComment({ text: 'third' }));
    await data.store(workspaceId, { levels: [goneLevel] });
    expect(await revisions()).toEqual([
      { change: 'edited', text: 'first', attachments: null },
      { change: 'edited', text: 'second', attachments: null },
      { change: 'deleted', text: 'second', attachments: photo },
      { change: 'restored', text: 'second', attachments: photo },
      { change: 'deleted', text: 'third', attachments: null },
    ]);
  });

  test('when a comment comes again, or only its likes change, then nothing is kept', async () => {
    await see(aComment({ likes: 1 }), aStub({ commentId: '2' }));
    await see(aComment({ likes: 1 }), aStub({ commentId: '2' }));
    await see(aComment({ likes: 9 }), aStub({ commentId: '2' }));
    expect(await revisions()).toEqual([]);
  });

  test('when VK hides a comment that it showed before, or shows one that it hid, then what was read stays, and nothing has changed', async () => {
    const photo = [{ type: 'photo', id: '1_2' }];
    const hidden = (commentId: string, more: Partial<CommentRow> = {}) => aComment({ commentId, text: null, attachments: [], ...more });
    const read = () =>
      data.look(
        'SELECT text, attachments, likes, author_key AS author, edited_at AS edited FROM comment WHERE workspace_id = $1 ORDER BY comment_id',
        [workspaceId],
      );
    const [one, two] = [aComment({ text: 'for all', attachments: photo }), aComment({ commentId: '2', text: 'for some' })];
    await see(one, hidden('2'));
    await see(hidden('1'), two);
    await see(hidden('1', { likes: 7 }), hidden('2'));
    expect(await read()).toEqual([
      { text: 'for all', attachments: photo, likes: 7, author: one.authorKey, edited: null },
      { text: 'for some', attachments: null, likes: two.likes, author: two.authorKey, edited: null },
    ]);
    expect(await revisions()).toEqual([]);
    await see(aStub());
    await see(hidden('1'));
    await see(aComment({ text: 'for all, edited' }));
    expect((await revisions()).map(({ change, text }) => [change, text])).toEqual([
      ['deleted', 'for all'],
      ['restored', 'for all'],
      ['edited', 'for all'],
    ]);
  });

  test('when a stub of a comment that is gone comes, then that is no change, and another one when it lives', async () => {
    await see(aComment());
    await data.store(workspaceId, { levels: [goneLevel] });
    await see(aStub());
    expect((await revisions()).map(({ change }) => change)).toEqual(['deleted']);
    await see(aComment());
    expect((await revisions()).map(({ change }) => change)).toEqual(['deleted', 'restored']);
  });

  test('when comments are removed, then their revisions go with them', async () => {
    await see(aComment(), aComment({ commentId: '2' }));
    await see(aComment({ text: 'edited' }), aComment({ commentId: '2', text: 'edited' }));
    await data.look('DELETE FROM comment WHERE workspace_id = $1 AND comment_id = 1', [workspaceId]);
    expect(await revisions()).toEqual([{ change: 'edited', text: 'comment 2', attachments: null }]);
  });
});
