import type { CommentsPage } from './vk-reads.ts';
import { type Level, newLevel } from './parse-checkpoint.ts';

/** Deleted one by one, so many anchors have to go before a level is read from its start again. */
const ANCHORS = 3;

type PageOfLevel = { readonly level: Level; readonly page: CommentsPage; readonly requested: number };

/**
 * What to read after a page of a level; null when the level is read. VK's counts may include removed comments, so they
 * never end a level alone: a page that brings nothing unseen does, or a short page where VK claims no more than was seen.
 */
export const followLevel = ({ level, page, requested }: PageOfLevel): Level | null => {
  const ids = page.threads.map(({ root }) => root.commentId);
  const [anchor] = level.anchors;
  const place = anchor === undefined ? -1 : ids.indexOf(anchor);
  if (anchor !== undefined && place === -1) return withoutAnchor(level);
  const unseen = ids.slice(place + 1);
  if (unseen.length === 0) return null;
  const seen = level.seen + unseen.length;
  const isShort = ids.length < requested;
  if (isShort && page.levelCount !== null && seen >= page.levelCount) return null;
  return { ...level, seen, anchors: ids.slice(-ANCHORS).toReversed() };
};

/** The anchor was removed while we read: go back to the one before, at last to the start. Rows read twice do no harm. */
const withoutAnchor = (level: Level): Level | null => {
  const anchors = level.anchors.slice(1);
  if (anchors.length > 0) return { ...level, anchors };
  return level.hasRestarted ? null : { ...newLevel(level.rootId), hasRestarted: true };
};

/**
 * Threads of which VK kept replies back. They are read from their first reply: nothing says that the replies which came
 * along are the first ones.
 */
export const unreadThreads = (page: CommentsPage): Level[] =>
  page.threads.filter(({ replies, replyCount }) => replyCount > replies.length).map(({ root }) => newLevel(root.commentId));
