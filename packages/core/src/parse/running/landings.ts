import type { WallReads } from '@otklik/contracts';
import { VkApiError } from '@otklik/shared';
import type { Frontier } from '../frontier/frontier.ts';
import { POSTS_PER_COUNT } from '../frontier/limits.ts';
import { type TargetSource, takeTargets } from '../frontier/targets.ts';
import { postRef } from '../planning/asked.ts';
import type { CollectPlan } from '../planning/collect-plan.ts';
import { askForLess } from '../reading/ask-for-less.ts';
import { type Gathered, type Harvest, type Reaped, gather } from '../reading/harvest.ts';
import type { ReadContext } from '../reading/read-context.ts';
import { type Answered, takeAnswers } from '../reading/take-answers.ts';
import { refusalOfOnlyWall } from '../reading/take-listing.ts';
import { leaveWall, refuseWall, takeWall } from '../reading/take-wall.ts';
import type { TellCollection } from '../tell-collection.ts';
import { countPosts } from './count-posts.ts';
import type { Landings } from './crawl.ts';
import { createLookUp } from './look-up.ts';

type Deps = {
  readonly plan: CollectPlan;
  readonly targets: Pick<TargetSource, 'isOnlyTarget' | 'named'>;
  readonly walls: Pick<WallReads, 'wallByOwner' | 'knownPosts' | 'coverage'>;
  readonly workspaceId: string;
  readonly newSince: Date | null;
  readonly signal: AbortSignal;
  readonly store: (harvest: Partial<Harvest>, frontier: Frontier) => Promise<void>;
  readonly tell: TellCollection;
  /** Unix time in milliseconds. */
  readonly now: () => number;
};

const nothingKnown = { known: () => undefined, isNamed: () => false };

/** What becomes of everything that comes in: taken over, stored with what is open then, counted and told. */
export const createLandings = ({ plan, targets, store, tell, now, ...stores }: Deps): Landings => {
  const { isOnlyTarget } = targets;
  const lookUp = createLookUp({ ...stores, targets });
  const context = (more: Partial<ReadContext> = {}): ReadContext => ({ plan, isOnlyTarget, now: now(), ...nothingKnown, ...more });
  const keep = async (before: Frontier, { frontier, harvest = {} }: Reaped): Promise<Frontier> => {
    await store(harvest, frontier);
    tell.refused(before, frontier);
    return frontier;
  };

  const take = async (at: Frontier, answered: Answered, taking: ReadContext): Promise<Gathered> => {
    try {
      return takeAnswers(at, answered, taking);
    } catch (thrown) {
      // The job ends with it, and the wall shall not go on looking as it was read last.
      if (thrown instanceof VkApiError) await store(refusalOfOnlyWall(at, thrown), at);
      throw thrown;
    }
  };

  return {
    answers: async (at, answered) => {
      const known = await lookUp.knownPosts(answered.answers);
      const walls = isOnlyTarget ? [] : await lookUp.newWalls(answered.answers);
      const named = await lookUp.namedPosts(answered);
      const taking = context({ known: (post) => known.get(postRef(post)), isNamed: (post) => named.has(postRef(post)) });
      const reaped = await take(at, answered, taking);
      const next = await keep(at, { frontier: reaped.frontier, harvest: gather([{ walls }, reaped.harvest]) });
      if (next.uncounted.posts.length < POSTS_PER_COUNT) return next;
      const counted = await countPosts(next, stores);
      tell.postsRead(next, counted);
      return counted;
    },
    // Nothing came of them yet: lines that are read again after a kill cost no request.
    targets: async (at, lines, isLast) => takeTargets(at, lines, { isLast, isOnlyTarget }),
    wall: async (at, { ref, row }) => {
      if (isOnlyTarget) tell.found(row.ownerId);
      const isElsewhere = await lookUp.isNamedElsewhere(ref, row);
      return keep(at, isElsewhere ? leaveWall(at, ref) : takeWall(at, { ref, row }, context()));
    },
    noWall: (at, refused) => keep(at, refuseWall(at, refused, context())),
    tooHeavy: async (at, asked) => {
      tell.asksForLess();
      return keep(at, { frontier: askForLess(at, asked) });
    },
  };
};
