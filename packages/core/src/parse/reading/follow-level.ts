import type { LevelRead } from '@otklik/contracts';
import { type Level, newLevel } from '../frontier/frontier.ts';
import type { CommentThread, CommentsPage } from '../vk-reads.ts';
import { areAscending, compareIds } from './ascending.ts';

/** Deleted one by one, so many anchors have to go before a level is read from its start again. */
const ANCHORS = 3;

type PageOfLevel = {
  readonly level: Level;
  readonly page: CommentsPage;
  readonly requested: number;
  /** VK has counted comments of the level, where it was found. */
  readonly isCounted?: boolean;
};

/** The part of a level that a page proves to be read completely. */
export type Stretch = Pick<LevelRead, 'afterId' | 'throughId' | 'presentIds'>;

export type Followed = {
  /** What to read next; null when the level is read. */
  readonly next: Level | null;
  /** What the page has that no page before had. */
  readonly unseen: readonly CommentThread[];
  /** null: nothing is proven, as where VK counts another number than it shows: some may be hidden for a moment. */
  readonly stretch: Stretch | null;
};

/**
 * What a page of a level brings, and what to read after it. VK's counts may include removed comments, so they never end a
 * level alone: a page that brings nothing unseen does, or a short page where VK claims no more than was seen.
 */
export const followLevel = ({ level, page, requested, isCounted = false }: PageOfLevel): Followed => {
  const ids = page.threads.map(({ root }) => root.commentId);
  const [anchor = null] = level.anchors;
  const place = anchor === null ? -1 : ids.indexOf(anchor);
  // Behind an anchor there was more to come, too.
  const isDoubtful = ids.length === 0 && (isCounted || anchor !== null) && level.wasEmpty === undefined;
  if (isDoubtful) return { next: { ...level, wasEmpty: true }, unseen: [], stretch: null };
  const isJump = anchor !== null && place === -1;
  const back = isJump ? withoutAnchor(level) : null;
  if (isJump && (back !== null || !isBehind(ids, anchor))) return { next: back, unseen: [], stretch: null };
  const unseen = page.threads.slice(place + 1);
  const behind = ids.slice(place + 1);
  const seen = level.seen + unseen.length;
  const total = page.levelCount ?? undefined;
  const isEnd = unseen.length === 0 || (ids.length < requested && total !== undefined && seen >= total);
  const throughId = isEnd ? null : (ids.at(-1) ?? null);
  const isShown = total === undefined ? ids.length > 0 : seen === total || ids.length >= requested;
  const stretch = isShown && !isJump && areAscending(ids) ? { afterId: anchor, throughId, presentIds: behind } : null;
  if (isEnd) return { next: isWhole(level, seen, total) ? null : fromTheStart(level), unseen, stretch };
  return { next: { ...level, wasEmpty: undefined, seen, total, anchors: ids.slice(-ANCHORS).toReversed() }, unseen, stretch };
};

/** All that VK shows was written after this comment: what is left to go by when no anchor holds, however often it is tried. */
const isBehind = (ids: readonly string[], anchor: string): boolean => {
  const [first] = ids;
  return first !== undefined && compareIds(anchor, first) < 0 && areAscending(ids);
};

/** Replies that came along with their root were the first ones if, with those read behind them, none is missing. */
const isWhole = ({ isShortcut, hasRestarted }: Level, seen: number, total: number | undefined): boolean =>
  isShortcut === undefined || hasRestarted === true || (total !== undefined && seen >= total);

const fromTheStart = ({ rootId, pageSize }: Level): Level => ({ ...newLevel(rootId), hasRestarted: true, pageSize });

/** The anchor was removed while we read: go back to the one before, at last to the start. Rows read twice do no harm. */
export const withoutAnchor = (level: Level): Level | null => {
  const anchors = level.anchors.slice(1);
  // Nor does VK count it any more.
  if (anchors.length > 0) return { ...level, anchors, seen: Math.max(0, level.seen - 1) };
  return level.hasRestarted === true ? null : fromTheStart(level);
};

/** VK kept replies of it back. */
export const isCutShort = ({ replies, replyCount }: CommentThread): boolean => replyCount !== null && replyCount > replies.length;

/**
 * The level of a thread that VK cut short. It is read on from the replies that came along, where `mayShortcut`; else, or
 * when they are not in order, from its first reply.
 */
export const restOfThread = ({ root, replies, replyCount }: CommentThread, mayShortcut: boolean): Level => {
  const ids = replies.map(({ commentId }) => commentId);
  if (!mayShortcut || ids.length === 0 || !areAscending(ids)) return newLevel(root.commentId);
  return {
    rootId: root.commentId,
    anchors: ids.slice(-ANCHORS).toReversed(),
    seen: ids.length,
    total: replyCount ?? undefined,
    isShortcut: true,
  };
};
