import { makePhoto } from './attachments.ts';
import { type Draft, holdDiscussion } from './discussion.ts';
import { topics, writePost } from './grammar/grammar.ts';
import type { Topic } from './grammar/topic.ts';
import { giveIds, publish } from './publication.ts';
import { contentOf } from './wall-content.ts';
import type { Post, WallContent } from './model.ts';
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

type Discussed = { readonly topic: Topic; readonly date: number; readonly drafts: readonly Draft[] };

/**
 * The wall of a town's community: few posts with hundreds of comments, many with a handful. Posts and comments share
 * one sequence of ids in the order of time, as on a real wall.
 */
export const makeDemoWall = (options: LivelyWallOptions): WallContent => {
  const discussed = discuss(options, createRandom(options.seed, options.ownerId, 'discussions'));
  const ids = giveIds(discussed, { random: createRandom(options.seed, options.ownerId, 'ids'), firstId: FIRST_ID });
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
