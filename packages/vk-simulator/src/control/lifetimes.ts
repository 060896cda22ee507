import type { Truth, TruthChange, TruthComment } from './truth-schema.ts';

/**
 * What became of a comment between two moments. `stayed`: there at both, stub or not as before; `appeared`: there only
 * at the end; `deleted`: a stub at the end, which it was not; `gone`: without a trace; `passed`: came and went.
 */
export type Fate = 'stayed' | 'appeared' | 'deleted' | 'gone' | 'passed';

export type Lifetime = {
  readonly fate: Fate;
  /** As it is at the end, or was before it went. */
  readonly last: TruthComment;
  /** Every text that it had in between, the oldest first; not the empty one of a stub. */
  readonly texts: readonly string[];
};

/**
 * The fate of every comment that was on the wall at any moment between the changes' first and the truth. The changes are
 * all of the wall's from that moment on.
 */
export const lifetimesOf = (truth: Truth, changes: readonly TruthChange[]): ReadonlyMap<number, Lifetime> => {
  const ends = new Map(truth.comments.map((comment) => [comment.id, comment]));
  const byComment = Map.groupBy(
    changes.filter(({ before, after }) => before !== null || after !== null),
    ({ before, after }) => after?.id ?? before?.id ?? 0,
  );
  const ids = new Set([...ends.keys(), ...byComment.keys()]);
  return new Map([...ids].flatMap((id) => lifetimeOf(ends.get(id), byComment.get(id) ?? []).map((lifetime) => [id, lifetime] as const)));
};

const lifetimeOf = (end: TruthComment | undefined, changes: readonly TruthChange[]): Lifetime[] => {
  const start = changes.length === 0 ? end : (changes[0]?.before ?? undefined);
  const known = [...changes.flatMap(({ before, after }) => [before, after]), end ?? null].filter((it) => it !== null);
  const last = known.at(-1);
  if (last === undefined) return [];
  const texts = [...new Set(known.filter(({ isDeleted }) => !isDeleted).map(({ text }) => text))];
  return [{ fate: fateOf(start, end), last, texts }];
};

const fateOf = (start: TruthComment | undefined, end: TruthComment | undefined): Fate => {
  if (start === undefined) return end === undefined ? 'passed' : 'appeared';
  if (end === undefined) return 'gone';
  return start.isDeleted === end.isDeleted ? 'stayed' : 'deleted';
};
