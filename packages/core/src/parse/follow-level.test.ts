import { describe, expect, test } from '@jest/globals';
import { followLevel, unreadThreads } from './follow-level.ts';
import { type Level, newLevel } from './parse-checkpoint.ts';
import { aComment, aPage } from './testing/pages.ts';

const atTop = newLevel(null);
const after = (anchors: readonly string[], seen = anchors.length): Level => ({ ...atTop, anchors: [...anchors], seen });

describe('following one level of comments', () => {
  test('when a page is full, then the next one begins at its last comment', () => {
    const next = followLevel({ level: atTop, page: aPage(['1', '2', '3', '4']), requested: 4 });
    expect(next).toEqual({ ...atTop, anchors: ['4', '3', '2'], seen: 4 });
  });

  test('when the page brings nothing behind the anchor, then the level is read', () => {
    expect(followLevel({ level: after(['4']), page: aPage(['4']), requested: 4 })).toBeNull();
    expect(followLevel({ level: atTop, page: aPage([]), requested: 4 })).toBeNull();
  });

  test('when VK claims more than was seen, then a short page does not end the level', () => {
    const next = followLevel({ level: atTop, page: aPage(['1', '2'], { levelCount: 5 }), requested: 4 });
    expect(next?.anchors[0]).toBe('2');
  });

  test('when the page is short and VK claims no more, then no further request is spent', () => {
    expect(followLevel({ level: atTop, page: aPage(['1', '2'], { levelCount: 2 }), requested: 4 })).toBeNull();
  });

  test('when VK claims less than it gives, then a full page still leads on', () => {
    expect(followLevel({ level: atTop, page: aPage(['1', '2', '3', '4'], { levelCount: 1 }), requested: 4 })).not.toBeNull();
  });

  test('when the anchor was removed, then the one before it is tried, and the start of the level once', () => {
    const gone = aPage(['9']);
    const second = followLevel({ level: after(['4', '3']), page: gone, requested: 4 });
    expect(second?.anchors).toEqual(['3']);
    const third = followLevel({ level: after(['3']), page: gone, requested: 4 });
    expect(third).toEqual({ ...atTop, hasRestarted: true });
    expect(followLevel({ level: { ...after(['3']), hasRestarted: true }, page: gone, requested: 4 })).toBeNull();
  });
});

describe('threads that VK cut short', () => {
  test('when fewer replies came than there are, then the thread is read from its first reply', () => {
    const page = {
      ...aPage([]),
      threads: [
        { root: aComment('1'), replyCount: 2, replies: [aComment('2'), aComment('3')] },
        { root: aComment('4'), replyCount: 12, replies: [aComment('5')] },
        { root: aComment('6'), replyCount: 1, replies: [] },
      ],
    };
    expect(unreadThreads(page).map(({ rootId, anchors }) => ({ rootId, anchors }))).toEqual([
      { rootId: '4', anchors: [] },
      { rootId: '6', anchors: [] },
    ]);
  });
});
