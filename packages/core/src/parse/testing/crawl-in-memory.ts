import { ParsePayload, type WallReads } from '@otklik/contracts';
import { type Clock, createManualClock, silentLogger } from '@otklik/shared';
import { Frontier, newFrontier } from '../frontier/frontier.ts';
import { openTargets } from '../frontier/targets.ts';
import type { CollectPlan } from '../planning/collect-plan.ts';
import { crawl } from '../running/crawl.ts';
import { createLandings } from '../running/landings.ts';
import { makeTellCollection } from '../tell-collection.ts';
import type { VkRead, VkReadAnswer, VkReads } from '../vk-reads.ts';
import { aPlan } from './a-plan.ts';

type Crawled = {
  /** Stored comments, as `<owner>_<post>_<comment>`. */
  readonly stored: ReadonlySet<string>;
  /** What was stored with each answer. */
  readonly checkpoints: readonly Frontier[];
  /** How many comments were stored with each of them, in the order of `stored`. */
  readonly counts: readonly number[];
  /** The reads of each request. */
  readonly requests: readonly (readonly VkRead[])[];
  /** Requests that were on their way at once, at most. */
  readonly together: number;
  readonly end: Frontier | null;
  readonly failure: unknown;
};

type Setup = {
  readonly list: readonly string[];
  readonly answer: (read: VkRead) => VkReadAnswer;
  readonly room?: number;
  readonly plan?: Partial<CollectPlan>;
  readonly from?: Frontier;
  /** Called for each request before it is answered; may throw or take its time. */
  readonly onRequest?: (index: number, signal: AbortSignal, turns: AbortSignal) => Promise<void>;
  /** Called for each turn before it comes, in the same way. */
  readonly onTurn?: (signal: AbortSignal) => Promise<void>;
  /** Called for each wall before it is found, in the same way. */
  readonly onWall?: (ref: string, signal: AbortSignal) => Promise<void>;
  readonly checkpointReached?: () => void;
  /** Unix time in milliseconds. */
  readonly now?: () => number;
  /** Default: one that stands still. */
  readonly clock?: Clock;
};

/** Runs a crawl whose VK and whose store are in memory. Each checkpoint goes through its schema, as it does through a database. */
export const crawlInMemory = async ({ list, answer, room = 25, plan = {}, from = newFrontier(), ...hooks }: Setup): Promise<Crawled> => {
  const stored = new Set<string>();
  const checkpoints: Frontier[] = [];
  const counts: number[] = [];
  const requests: (readonly VkRead[])[] = [];
  const { vk, together } = vkInMemory({ answer, room, requests, hooks });
  const signal = new AbortController().signal;
  const targets = targetsOf(list);
  const land = createLandings({
    plan: aPlan(plan),
    targets,
    walls: noWalls,
    workspaceId: 'workspace',
    newSince: null,
    signal,
    store: async ({ comments = [] }, frontier) => {
      for (const { ownerId, postId, commentId } of comments) stored.add(`${ownerId}_${postId}_${commentId}`);
      checkpoints.push(Frontier.parse(JSON.parse(JSON.stringify(frontier))));
      counts.push(stored.size);
    },
    tell: makeTellCollection(silentLogger),
    now: hooks.now ?? ((): number => 0),
  });
  const deps = { vk, plan: aPlan(plan), targets, land, clock: hooks.clock ?? createManualClock(), signal };
  const run = crawl(from, { ...deps, checkpointReached: hooks.checkpointReached ?? ((): void => undefined) });
  const ended = await run.then(
    (end) => ({ end, failure: null }),
    (failure: unknown) => ({ end: null, failure }),
  );
  return { stored, checkpoints, counts, requests, together: together(), ...ended };
};

type VkInMemory = Pick<Setup, 'answer'> & {
  readonly room: number;
  readonly requests: (readonly VkRead[])[];
  readonly hooks: Pick<Setup, 'onRequest' | 'onTurn' | 'onWall'>;
};

const vkInMemory = ({ answer, room, requests, hooks }: VkInMemory): { readonly vk: VkReads; readonly together: () => number } => {
  let [flying, together] = [0, 0];
  const vk: VkReads = {
    resolveWall: async (ref, signal) => {
      await hooks.onWall?.(ref, signal);
      return { ownerId: ref, kind: 'group', name: ref, screenName: null };
    },
    turn: async (turnSignal) => {
      await hooks.onTurn?.(turnSignal);
      return {
        room,
        giveBack: () => undefined,
        send: async (reads, { signal, turns }) => {
          requests.push(reads);
          together = Math.max(together, (flying += 1));
          try {
            await hooks.onRequest?.(requests.length - 1, signal, turns);
            return { answers: reads.map(answer), requests: 1 };
          } finally {
            flying -= 1;
          }
        },
      };
    },
  };
  return { vk, together: () => together };
};

const targetsOf = (list: readonly string[]) => {
  const [only] = list;
  const target = list.length === 1 && only !== undefined ? { wall: only } : { list: [...list] };
  const payload = ParsePayload.parse({ target });
  return openTargets(payload, { lists: { read: async () => [], named: async () => [] }, workspaceId: 'workspace' });
};

const noWalls: Pick<WallReads, 'wallByOwner' | 'knownPosts' | 'coverage'> = {
  wallByOwner: async () => null,
  knownPosts: async () => [],
  coverage: async () => ({ posts: 0, claimed: 0, collected: 0, missing: 0, collectedSince: 0, reasons: [] }),
};
