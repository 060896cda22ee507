import type { Comment, Refusal } from '../population/model.ts';
import type { VirtualClock } from './virtual-clock.ts';

export type ChangeKind =
  | 'commentAdded'
  | 'commentEdited'
  /** A mark stays in its place. */
  | 'commentStubbed'
  /** Nothing stays, and of a root's thread neither. */
  | 'commentRemoved'
  | 'postAdded'
  | 'postRemoved'
  | 'postPinned'
  | 'postUnpinned'
  | 'commentsClosed'
  | 'commentsReopened'
  | 'wallRefused'
  | 'wallReopened';

/** Something that happened on a wall. */
export type Change = {
  /** Counts up from 1 over all walls. */
  readonly seq: number;
  /** On the virtual clock, Unix time in milliseconds. */
  readonly at: number;
  readonly ownerId: number;
  readonly kind: ChangeKind;
  /** Null when it is about the whole wall. */
  readonly postId: number | null;
  /** Null where there was none, or it is about none. */
  readonly before: Comment | null;
  readonly after: Comment | null;
  /** Why it can't be read from then on. */
  readonly refusal: Refusal | null;
};

type Note = Pick<Change, 'ownerId' | 'kind' | 'postId'> & Partial<Pick<Change, 'before' | 'after' | 'refusal'>>;

/** Everything that ever changed. */
export type Journal = {
  note(change: Note): void;
  /** Changes of a wall with a number greater than `since`, in order. */
  of(ownerId: number, since: number): readonly Change[];
};

export const createJournal = (clock: VirtualClock): Journal => {
  const changes: Change[] = [];
  return {
    note: (change) => void changes.push({ before: null, after: null, refusal: null, ...change, seq: changes.length + 1, at: clock.now() }),
    of: (ownerId, since) => changes.slice(since).filter((change) => change.ownerId === ownerId),
  };
};
