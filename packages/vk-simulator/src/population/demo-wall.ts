import { makePhoto } from './attachments.ts';
import { type Draft, holdDiscussion } from './discussion.ts';
import { topics, writePost } from './grammar/grammar.ts';
import type { Topic } from './grammar/topic.ts';
import { contentOf } from './wall-content.ts';
import type { Comment, Post, WallContent } from './model.ts';
import type { People } from './people.ts';
import { type Random, createRandom } from './random.ts';
import { atHour } from './town-time.ts';

/** The population ends here whatever the day is: the same seed must give the same bytes. 2026-10-31 12:00 UTC. */
export const POPULATION_END = 1_793_448_000;

const POSTS = 132;
const DAYS = 150;
const FIRST_ID = 41_000;

export type LivelyWallOptions = {
  readonly seed: number;
  readonly ownerId: number;
  readonly people: People;
  readonly neighbours: readonly number[];
};

type Event = { readonly date: number; readonly postIndex: number; readonly draftIndex: number | null };
type Discussed = { readonly topic: Topic; readonly date: number; readonly drafts: readonly Draft[] };

/**
 * The wall of a town's community: few posts with hundreds of comments, many with a handful. Posts and comments share
 * one sequence of ids in the order of time, as on a real wall.
 */
export const makeDemoWall = (options: LivelyWallOptions): WallContent => {
  const discussed = discuss(options, createRandom(options.seed, options.ownerId, 'discussions'));
  const ids = giveIds(discussed, createRandom(options.seed, options.ownerId, 'ids'));
  const random = createRandom(options.seed, options.ownerId, 'posts');
  const posts = discussed.map((it, index) => makePost(options, { random, it, index, id: ids.post(index) }));
  const comments = discussed.flatMap(({ drafts }, postIndex) =>
    drafts.map((draft, index) =>
      publish(draft, { id: ids.comment(postIndex, index), postId: ids.post(postIndex), idOf: (at) => ids.comment(postIndex, at) }),
    ),
  );
  return contentOf(posts, comments);
};

const discuss = ({ ownerId, people, neighbours }: LivelyWallOptions, random: Random): Discussed[] => {
  const ranks = random.shuffle(Array.from({ length: POSTS }, (_, rank) => rank));
  const start = POPULATION_END - DAYS * 86_400;
  return ranks.map((rank, index) => {
    const topic = random.pick(topics);
    const day = Math.round(start + (index / POSTS) * (DAYS - 5) * 86_400);
    const date = atHour(day, 8 + 13 * random.unit());
    const size = sizeOf(rank);
    const longThreads = size >= 50 ? [random.int(11, 16), random.int(12, 24), random.int(11, Math.floor(size / 3))] : [];
    const drafts = holdDiscussion({
      random,
      people,
      neighbours,
      ownerId,
      topic,
      startedAt: date,
      until: POPULATION_END,
      size,
      longThreads,
    });
    return { topic, date, drafts };
  });
};

/** A long tail: about 355 comments under the loudest post, none under the quietest. */
const sizeOf = (rank: number): number => Math.max(0, Math.round(360 / (1 + rank) ** 0.78) - 5);

const giveIds = (discussed: readonly Discussed[], random: Random) => {
  const events: Event[] = discussed.flatMap(({ date, drafts }, postIndex) => [
    { date, postIndex, draftIndex: null },
    ...drafts.map((draft, draftIndex) => ({ date: draft.date, postIndex, draftIndex })),
  ]);
  const byPost = discussed.map(({ drafts }) => ({ post: 0, drafts: new Uint32Array(drafts.length) }));
  let id = FIRST_ID;
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

type PostPlace = { readonly random: Random; readonly it: Discussed; readonly index: number; readonly id: number };

const makePost = ({ ownerId, people }: LivelyWallOptions, { random, it, index, id }: PostPlace): Post => {
  const fromId = random.chance(0.05) ? people.pickAuthor(random).id : ownerId;
  const audience = it.drafts.length * random.int(40, 90) + random.int(150, 900);
  return {
    id,
    fromId,
    date: it.date,
    text: writePost(random, it.topic),
    attachments: random.chance(0.4) ? [makePhoto(random, ownerId)] : [],
    likes: Math.round(audience / random.int(15, 40)),
    reposts: random.int(0, 12),
    views: audience,
    commentsAccess: 'open',
    // VK goes on counting some of the comments that were removed.
    claimedComments: it.drafts.length + (random.chance(0.2) ? random.int(1, 3) : 0),
    isPinned: index === 20,
    isAd: random.chance(0.03),
  };
};

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
