import { describe, expect, test } from '@jest/globals';
import { type Level, newLevel } from '../frontier/frontier.ts';
import { aComment, aPage } from '../testing/pages.ts';
import { followLevel, isCutShort, restOfThread } from './follow-level.ts';

const atTop = newLevel(null);
const after = (anchors: readonly string[], seen = anchors.length): Level => ({ ...atTop, anchors: [...anchors], seen });
const idsOf = (threads: readonly { readonly root: { readonly commentId: string } }[]) => threads.map(({ root }) => root.commentId);

describe('following one level of comments', () => {
  test('when a page is full, then the next one begins at its last comment', () => {
    const { next } = followLevel({ level: atTop, page: aPage(['1', '2', '3', '4']), requested: 4 });
    expect(next).toEqual({ ...atTop, anchors: ['4', '3', '2'], seen: 4 });
  });

  test('when the page brings nothing behind the anchor, then the level is read', () => {
    expect(followLevel({ level: after(['4']), page: aPage(['4']), requested: 4 }).next).toBeNull();
    expect(followLevel({ level: atTop, page: aPage([]), requested: 4 }).next).toBeNull();
  });

  test('when VK claims more than was seen, then a short page does not end the level', () => {
    const { next } = followLevel({ level: atTop, page: aPage(['1', '2'], { levelCount: 5 }), requested: 4 });
    expect(next).toMatchObject({ anchors: ['2', '1'], total: 5 });
  });

  test('when the page is short and VK claims no more, then no further request is spent', () => {
    expect(followLevel({ level: atTop, page: aPage(['1', '2'], { levelCount: 2 }), requested: 4 }).next).toBeNull();
  });

  test('when VK claims less than it gives, then a full page still leads on', () => {
    expect(followLevel({ level: atTop, page: aPage(['1', '2', '3', '4'], { levelCount: 1 }), requested: 4 }).next).not.toBeNull();
  });

  test('when the anchor was removed, then the one before it is tried, and the start of the level once; then what VK shows behind it', () => {
    const gone = aPage(['9']);
    const second = followLevel({ level: after(['4', '3']), page: gone, requested: 4 });
    expect(second).toMatchObject({ next: { anchors: ['3'], seen: 1 }, unseen: [], stretch: null });
    const third = followLevel({ level: after(['3']), page: gone, requested: 4 });
    expect(third.next).toEqual({ ...atTop, hasRestarted: true });
    const last = { ...after(['3']), hasRestarted: true as const };
    const fourth = followLevel({ level: last, page: gone, requested: 4 });
    expect(fourth).toMatchObject({ next: { anchors: ['9'], hasRestarted: true }, unseen: gone.threads, stretch: null });
    expect(followLevel({ level: last, page: aPage(['2']), requested: 4 })).toEqual({ next: null, unseen: [], stretch: null });
    const empty = followLevel({ level: last, page: aPage([]), requested: 4 });
    expect(empty.next).toEqual({ ...last, wasEmpty: true });
    expect(followLevel({ level: { ...last, wasEmpty: true }, page: aPage([]), requested: 4 }).next).toBeNull();
  });
});

describe('what a page proves to be read completely', () => {
  test('when it leads on, then from the anchor to its last comment; when it ends the level, then to the end', () => {
    const page = aPage(['4', '7', '8'], { levelCount: 9 });
    expect(followLevel({ level: after(['4']), page, requested: 3 }).stretch).toEqual({
      afterId: '4',
      throughId: '8',
      presentIds: ['7', '8'],
    });
    expect(followLevel({ level: after(['4']), page: aPage(['4']), requested: 3 }).stretch).toEqual({
      afterId: '4',
      throughId: null,
      presentIds: [],
    });
    expect(followLevel({ level: atTop, page: aPage([], { levelCount: 0 }), requested: 3 }).stretch).toEqual({
      afterId: null,
      throughId: null,
      presentIds: [],
    });
  });

  test('when VK counts another number than it shows on a page with room for more, then nothing: some may be hidden for a moment', () => {
    const stretchOf = (level: Level, ids: string[], levelCount: number | null) =>
      followLevel({ level, page: aPage(ids, { levelCount }), requested: 5 }).stretch;
    expect(stretchOf(atTop, ['1', '4'], 4)).toBeNull();
    expect(stretchOf(after(['4'], 2), ['4'], 4)).toBeNull();
    expect(stretchOf(atTop, [], 4)).toBeNull();
    expect(stretchOf(atTop, [], null)).toBeNull();
    expect(stretchOf(atTop, ['1', '4'], 0)).toBeNull();
    expect(stretchOf(atTop, ['1', '4'], 2)).not.toBeNull();
    expect(stretchOf(atTop, ['1', '2', '3', '4', '5'], 9)).not.toBeNull();
  });

  test('when numbers do not ascend, also beyond 53 bits, then nothing', () => {
    expect(followLevel({ level: atTop, page: aPage(['2', '1']), requested: 2 }).stretch).toBeNull();
    const long = ['9007199254740993', '9007199254740994', '10007199254740992'];
    expect(followLevel({ level: atTop, page: aPage(long), requested: 3 }).stretch).not.toBeNull();
    expect(followLevel({ level: atTop, page: aPage(long.toReversed()), requested: 3 }).stretch).toBeNull();
  });
});

describe('threads that VK cut short', () => {
  const cut = { root: aComment('4'), replyCount: 12, replies: [aComment('5'), aComment('6')] };

  test('when fewer replies came than there are, then it is one', () => {
    expect([cut, { ...cut, replyCount: 2 }, { ...cut, replyCount: 1, replies: [] }].map(isCutShort)).toEqual([true, false, true]);
  });

  test('when the replies are in order, then it is read on behind them; else from its start', () => {
    expect(restOfThread(cut, true)).toEqual({ rootId: '4', anchors: ['6', '5'], seen: 2, total: 12, isShortcut: true });
    expect(restOfThread(cut, false)).toEqual(newLevel('4'));
    expect(restOfThread({ ...cut, replies: cut.replies.toReversed() }, true)).toEqual(newLevel('4'));
    expect(restOfThread({ ...cut, replies: [] }, true)).toEqual(newLevel('4'));
  });

  test('when the replies that came along were not the first ones, then the thread is read from its start, once', () => {
    const level = restOfThread(cut, true);
    const rest = aPage(['6', '7'], { levelCount: 3 });
    const whole = followLevel({ level, page: rest, requested: 4 });
    expect([whole.next, idsOf(whole.unseen)]).toEqual([null, ['7']]);

    const last = followLevel({ level, page: aPage(['6'], { levelCount: 12 }), requested: 4 });
    expect(last.next).toEqual({ ...newLevel('4'), hasRestarted: true });
    const again = followLevel({ level: last.next ?? level, page: aPage([], { levelCount: 12 }), requested: 4 });
    expect(again.next).toBeNull();
  });
});
