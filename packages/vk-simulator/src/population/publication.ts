import type { Draft } from './discussion.ts';
import type { Comment } from './model.ts';
import type { Random } from './random.ts';

type Event = { readonly date: number; readonly postIndex: number; readonly draftIndex: number | null };
type Discussed = { readonly date: number; readonly drafts: readonly Draft[] };

/**
 * One sequence of ids for posts and comments in the order of time, as on a real wall. Posts are named by their position,
 * drafts by theirs in the post.
 */
export const giveIds = (discussed: readonly Discussed[], { random, firstId }: { readonly random: Random; readonly firstId: number }) => {
  const events: Event[] = discussed.flatMap(({ date, drafts }, postIndex) => [
    { date, postIndex, draftIndex: null },
    ...drafts.map((draft, draftIndex) => ({ date: draft.date, postIndex, draftIndex })),
  ]);
  const byPost = discussed.map(({ drafts }) => ({ post: 0, drafts: new Float64Array(drafts.length) }));
  let id = firstId;
  for (const { postIndex, draftIndex } of events.toSorted(inOrderOfTime)) {
    // Gaps are comments that were removed without a trace, and posts that were never published.
    id += random.chance(0.1) ? random.int(2, 9) : 1;
    const ids = byPost[postIndex];
    if (ids === undefined) continue;
    if (draftIndex === null) ids.post = id;
    else ids.drafts[draftIndex] = id;
  }
  return {
    post: (postIndex: number): number => byPost[postIndex]?.post ?? 0,
    comment: (postIndex: number, draftIndex: number): number => byPost[postIndex]?.drafts[draftIndex] ?? 0,
  };
};

/** In the same second, a post precedes its comments and a root its replies. */
const inOrderOfTime = (a: Event, b: Event): number =>
  a.date - b.date || a.postIndex - b.postIndex || (a.draftIndex ?? -1) - (b.draftIndex ?? -1);

type Publication = { readonly id: number; readonly postId: number; readonly idOf: (draftIndex: number) => number };

/** Gives a draft its place on the wall. */
export const publish = (draft: Draft, { id, postId, idOf }: Publication): Comment => ({
  id,
  postId,
  rootId: draft.root === null ? null : idOf(draft.root),
  replyToId: draft.answers === null ? null : idOf(draft.answers),
  fromId: draft.fromId,
  date: draft.date,
  text: draft.text,
  attachments: draft.attachments,
  likes: draft.likes,
  isDeleted: draft.isDeleted,
});
