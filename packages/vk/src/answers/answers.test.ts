import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { sharedData, testWithData } from '@otklik/testing';
import { parseLossless } from '../transport/lossless-json.ts';
import { CommentsAnswer, toComments } from './comments.ts';
import { PostsAnswer, toPosts } from './posts.ts';

const captures = sharedData('vk/captures/');
const withCaptures = testWithData(captures);
const capture = (name: string): unknown => {
  const body = parseLossless(readFileSync(new URL(`${name}.json`, captures), 'utf8'));
  return typeof body === 'object' && body !== null && 'response' in body ? body.response : body;
};

const place = { ownerId: '-1', postId: '2', rootId: null };
const post = { id: 7, date: 1_700_000_000, from_id: -1, text: 'x', comments: { count: 3 } };

describe('answers of VK', () => {
  test('when posts come as a bare array as before 5.131, then they are read like the new shape (trap 18)', () => {
    const old = toPosts('-1', PostsAnswer.parse([post]));
    const now = toPosts('-1', PostsAnswer.parse({ items: [post] }));
    expect(old.posts).toEqual(now.posts);
    expect(now.posts).toMatchObject([{ ownerId: '-1', postId: '7', authorKey: 'club1', commentsClaimed: 3 }]);
  });

  test('when an id needs 64 bits, then it is kept digit by digit (trap 8)', () => {
    const body = '{"items":[{"id":9223372036854775807,"date":1,"from_id":-9223372036854775806,"text":""}]}';
    const { threads } = toComments(place, CommentsAnswer.parse(parseLossless(body)));
    expect(threads[0]?.root).toMatchObject({ commentId: '9223372036854775807', authorKey: 'club9223372036854775806' });
  });

  test('when a stub has nothing but id and date, then owner and post come from the request (trap 4)', () => {
    const stub = { id: 5, date: 1, deleted: true, parents_stack: [], thread: { count: 0, items: [] } };
    const { threads } = toComments(place, CommentsAnswer.parse({ count: 1, items: [stub] }));
    expect(threads[0]?.root).toMatchObject({
      ownerId: '-1',
      postId: '2',
      commentId: '5',
      threadId: '5',
      authorKey: null,
      text: null,
      isDeleted: true,
    });
  });

  test('when a comment is for subscribers, then a text that is not shown is not taken for an empty one (trap 17)', () => {
    const placeholder = 'for subscribers';
    const items = [
      { id: 5, date: 1, from_id: 1, text: '', donut: { is_don: true, placeholder } },
      { id: 6, date: 1, from_id: 1, text: 'shown', donut: { is_don: true, placeholder: { text: placeholder } } },
      { id: 7, date: 1, from_id: 1, text: '', donut: { is_don: true } },
      { id: 8, date: 1, from_id: 1, donut: { is_don: true, placeholder }, attachments: [{ type: 'sticker' }] },
    ];
    const { threads } = toComments(place, CommentsAnswer.parse({ items }));
    expect(threads.map(({ root }) => [root.text, root.isDeleted])).toEqual([
      [null, false],
      ['shown', false],
      ['', false],
      ['', false],
    ]);
  });

  test('when VK says nothing of the replies of a comment, then that is not taken for none', () => {
    const { threads } = toComments(
      place,
      CommentsAnswer.parse({
        items: [
          { id: 5, date: 1 },
          { id: 6, date: 1, thread: { count: 0 } },
        ],
      }),
    );
    expect(threads.map(({ replyCount }) => replyCount)).toEqual([null, 0]);
  });

  test('when a reply is read through its root, then its parent is known even where VK does not repeat it (trap 1)', () => {
    const answer = CommentsAnswer.parse({ items: [{ id: 9, date: 1, text: 'a', reply_to_comment: 8 }] });
    expect(toComments({ ...place, rootId: '5' }, answer).threads[0]?.root).toMatchObject({ parentId: '5', threadId: '5', replyToId: '8' });
  });

  withCaptures('when VK answered for real, then posts and comments are understood', () => {
    const comments = toComments(place, CommentsAnswer.parse(capture('Wall.GetComments_ReturnLikesAndAttachments')));
    expect(comments.threads.map(({ root }) => [root.commentId, root.likes, root.attachments])).toEqual([
      ['3809', 1, []],
      ['3810', 1, [{ type: 'photo', id: '3073863_315467755' }]],
    ]);
    for (const name of [
      'Wall.Get_Document_NormalCase',
      'Wall.Get_ExtendedVersion_GenerateOutParametersCorrectly',
      'Wall.GetById_Donut',
      'Wall.Get_With_PhotoListAttachment',
    ])
      expect(toPosts('-1', PostsAnswer.parse(capture(name))).posts.length).toBeGreaterThan(0);
  });
});
