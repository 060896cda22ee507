import { LRUCache } from 'lru-cache';
import type { Clock } from '../clock/clock.ts';
import { HORIZON_MS, MAX_STRETCH, type Rhythm, STRETCH_RECOVERY_MS, STRETCH_REST_MS, STRETCH_STEP, rhythmOf } from './rhythm.ts';
import type { Slots } from './slots.ts';

/** What is known of a key; `redis-slots.ts` keeps and computes the same in Redis. */
type Book = {
  /** When the next slot is due by the even rhythm. */
  due: number;
  /** Nothing starts before. */
  heldUntil: number;
  /** The last starts, oldest first. */
  starts: { at: number }[];
  stretch: number;
  stretchedAt: number;
};

/** Tokens are few; this is a bound, not a choice. */
const MAX_KEYS = 10_000;

/** Slots of one process. */
export const createMemorySlots = ({ clock }: { readonly clock: Pick<Clock, 'now'> }): Slots => {
  const books = new LRUCache<string, Book>({ max: MAX_KEYS });
  const bookOf = (key: string): Book => {
    const book = books.get(key) ?? { due: -Infinity, heldUntil: -Infinity, starts: [], stretch: 1, stretchedAt: -Infinity };
    books.set(key, book);
    return book;
  };
  return {
    take: async (key, limit) => {
      const book = bookOf(key);
      const now = clock.now();
      const rhythm = stretched(rhythmOf(limit), stretchOf(book, now));
      const due = book.due < now - rhythm.creditMs ? now : book.due;
      const at = Math.max(due, now, book.heldUntil, endOfWindow(book, rhythm));
      if (at - now > HORIZON_MS) return { kind: 'later', ms: at - now - HORIZON_MS };
      const start = { at };
      book.due = due + rhythm.intervalMs;
      keep(book, [...book.starts, start], rhythm);
      return {
        kind: 'slot',
        at,
        late: (byMs) => {
          start.at = at + byMs;
          keep(book, book.starts, rhythm);
        },
        giveBack: async () => {
          book.due -= rhythm.intervalMs;
          book.starts = book.starts.filter((other) => other !== start);
        },
      };
    },
    slower: async (key, ms) => {
      const book = bookOf(key);
      const now = clock.now();
      book.heldUntil = Math.max(book.heldUntil, now + ms);
      if (now - book.stretchedAt < STRETCH_REST_MS) return;
      book.stretch = Math.min(MAX_STRETCH, stretchOf(book, now) * STRETCH_STEP);
      book.stretchedAt = now;
    },
    close: () => books.clear(),
  };
};

const stretchOf = ({ stretch, stretchedAt }: Book, now: number): number =>
  1 + (stretch - 1) * Math.max(0, 1 - (now - stretchedAt) / STRETCH_RECOVERY_MS);

const stretched = (rhythm: Rhythm, by: number): Rhythm => ({
  ...rhythm,
  intervalMs: rhythm.intervalMs * by,
  windowMs: rhythm.windowMs * by,
});

/** When the start that is `count` starts ago has left the window. */
const endOfWindow = ({ starts }: Book, { count, windowMs }: Rhythm): number => (starts.at(-count)?.at ?? -Infinity) + windowMs;

/** Twice as many as a window has: some may be given back. */
const keep = (book: Book, starts: Book['starts'], { count }: Rhythm): void => {
  book.starts = starts.toSorted((a, b) => a.at - b.at).slice(-2 * count);
};
