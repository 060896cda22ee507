import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { deep } from '@otklik/testing';
import { type History, type Lifetime, type Truth, lifetimesOf, randomPopulation } from '@otklik/vk-simulator';
import { type Collected, type CollectorUnderTest, type StoredComment, startCollectorUnderTest } from './testing/collector-under-test.ts';

const SEEDS = deep(20, 200);
/** Every so many worlds VK stumbles, too: what is tried again takes its time. */
const STUMBLES = deep(5, 2);
const FAULTS = [10, 13, 36].map((code) => ({ kind: 'error', code }) as const);
const STATES = `SELECT post_id::text AS id, read_state::text AS state FROM post WHERE workspace_id = $1 AND owner_id = $2`;
const RATES = { comments: 120, edits: 60, deletions: 120, posts: 30, postDeletions: 6, closings: 4, pins: 20 };

type Wall = {
  readonly truth: Truth;
  readonly lifetimes: ReadonlyMap<number, Lifetime>;
  readonly stored: readonly StoredComment[];
  readonly states: ReadonlyMap<string, string | null>;
};

/**
 * Worlds made by chance: walls of every kind, discussions of every shape, with comments and posts that come and go while
 * they are collected.
 */
describe('collecting whole worlds', () => {
  let collector: CollectorUnderTest;
  beforeAll(async () => {
    collector = await startCollectorUnderTest();
  });
  afterAll(() => collector.close());

  const wallOf = async (ownerId: number): Promise<Wall> => {
    const truth = await collector.simulator.truth(ownerId);
    const { changes }: History = await collector.simulator.history(ownerId);
    const posts = await collector.query<{ readonly id: string; readonly state: string | null }>(STATES, [collector.workspaceId, ownerId]);
    const states = new Map(posts.map(({ id, state }) => [id, state]));
    return { truth, lifetimes: lifetimesOf(truth, changes), stored: await collector.stored(ownerId), states };
  };

  let changes = 0;
  afterAll(() => expect(changes).toBeGreaterThan(SEEDS));

  test.each(Array.from({ length: SEEDS }, (_, seed) => seed + 1))(
    'when world %i changes meanwhile, then everything that stayed is there, and every loss is explained; read again in peace, it is the truth',
    async (seed) => {
      const { overview } = randomPopulation(seed);
      const ownerIds = overview.map(({ ownerId }) => ownerId);
      await collector.simulator.control({ do: 'addPopulation', seed });
      await collector.simulator.control({ do: 'live', seed, ownerIds, rates: RATES });
      const isFaulty = seed % STUMBLES === 0;
      if (isFaulty) await collector.simulator.control({ do: 'failSometimes', seed, rate: 0.04, method: 'wall.getComments', with: FAULTS });
      const list = overview.map(({ ownerId, screenName }, index) => (index % 2 === 0 ? screenName : String(ownerId)));
      const first = await collector.collect({ target: { list } });
      await collector.simulator.control({ do: 'live' });
      await collector.simulator.control({ do: 'resetRules' });
      for (const ownerId of ownerIds) {
        const wall = await wallOf(ownerId);
        changes += [...wall.lifetimes.values()].filter(({ fate, texts }) => fate !== 'stayed' || texts.length > 1).length;
        expectAllThatStayed(wall, first);
      }

      const again = await collector.collect({ target: { list }, options: { full: true } });
      for (const { ownerId, screenName } of overview) {
        const wall = await wallOf(ownerId);
        expectTheTruth(wall);
        expectLossesExplained(wall, again);
        const isListed = again.result.failedWalls.some(({ ref }) => ref === screenName || ref === String(ownerId));
        expect([ownerId, isListed]).toEqual([ownerId, wall.truth.refusal !== null]);
      }
      expectToAddUp(again);
    },
    60_000,
  );
});

/** PostgreSQL takes neither NUL nor half a surrogate pair. */
const storable = (text: string): string => text.replaceAll('\0', '').toWellFormed();

/** Comments that may be read at the end; what was closed or removed meanwhile may have been read before. */
const readable = ({ truth }: Wall): ReadonlySet<number> =>
  new Set(truth.refusal !== null ? [] : truth.posts.filter(({ refusal }) => refusal === null).map(({ id }) => id));

const expectAllThatStayed = (wall: Wall, { result }: Collected): void => {
  const stored = new Map(wall.stored.map((row) => [Number(row.id), row]));
  const posts = readable(wall);
  for (const { fate, last, texts } of wall.lifetimes.values()) {
    const row = stored.get(last.id);
    if (row?.text !== undefined && row.text !== null) expect(texts.map(storable)).toContain(row.text);
    if (fate === 'stayed' && posts.has(last.postId)) expect([last.id, row?.deleted]).toEqual([last.id, last.isDeleted]);
  }
  for (const id of stored.keys()) expect(wall.lifetimes.has(id)).toBe(true);
  expectToAddUp({ result, outcome: 'partial', jobId: '' });
};

const expectTheTruth = (wall: Wall): void => {
  const posts = readable(wall);
  const alive = wall.truth.comments.filter(({ postId }) => posts.has(postId));
  const stored = wall.stored.filter(({ post }) => posts.has(Number(post)));
  // A text that nobody but subscribers is shown is unknown, which the truth of this world tells as an empty one.
  const row = (id: number, deleted: boolean, text: string | null): string => `${id} ${deleted ? 'deleted' : (text ?? '')}`;
  // Of what is gone without a trace the last known is kept, marked as deleted.
  const known = new Set(alive.map(({ id }) => id));
  expect(stored.filter(({ id, deleted }) => !known.has(Number(id)) && !deleted)).toEqual([]);
  expect(stored.flatMap(({ id, deleted, text }) => (known.has(Number(id)) ? [row(Number(id), deleted, text)] : [])).toSorted()).toEqual(
    alive.map(({ id, isDeleted, text }) => row(id, isDeleted, storable(text))).toSorted(),
  );
};

/** A post whose comments VK counts and does not show is named, with the code. */
const expectLossesExplained = ({ truth, states }: Wall, { result }: Collected): void => {
  if (truth.refusal !== null) return;
  const hidden = truth.posts.filter(({ refusal, claimedComments }) => refusal !== null && claimedComments > 0);
  const named = result.failedPosts.filter(({ ownerId }) => ownerId === String(truth.ownerId));
  expect(named.map(({ postId, vkCode }) => [postId, vkCode]).toSorted()).toEqual(
    hidden.map(({ id, refusal }) => [String(id), refusal?.code]).toSorted(),
  );
  const reasons = hidden.map(({ id, isDonut, refusal }) => [id, isDonut ? 'donut' : refusal?.code === 212 ? 'closed' : 'private']);
  expect(hidden.map(({ id }) => [id, states.get(String(id))])).toEqual(reasons);
};

const expectToAddUp = ({ result }: Collected): void => {
  const { missing, missingBy, failedTotal, failedPosts, failedWalls } = result;
  expect(Object.values(missingBy).reduce((sum, count) => sum + count, 0)).toBe(missing);
  expect(failedTotal).toBe(failedPosts.length + failedWalls.length);
};
