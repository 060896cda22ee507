import { z } from 'zod';
import { LivePlan } from '../live/live-plan.ts';

const wall = { ownerId: z.int() };
const post = { ...wall, postId: z.int() };

/** Commands that change which walls there are, and who may read them. */
export const wallCommands = [
  /** The walls of `randomPopulation(seed)`, beside those that are here. */
  z.object({ do: z.literal('addPopulation'), seed: z.int() }),
  /** The post goes, and its comments with it. */
  z.object({ do: z.literal('deletePost'), ...post }),
  /** It stands first in the list of posts, in place of any other; null: none does. */
  z.object({ do: z.literal('pinPost'), ...wall, postId: z.int().nullable() }),
  /** The comments stay, and reading them is error 212 from now on. */
  z.object({ do: z.literal('closeComments'), ...post }),
  /** Error 18 from now on. */
  z.object({ do: z.literal('banWall'), ...wall }),
  /** Error 15 from now on: only for members. */
  z.object({ do: z.literal('closeWall'), ...wall }),
  /** Everybody may read again: the wall, or with `postId` the comments of the post. */
  z.object({ do: z.literal('reopen'), ...wall, postId: z.int().optional() }),
  /** Walls change while they are read, in place of any plan before; `{ do: 'live' }` alone ends it. */
  z.object({ do: z.literal('live'), ...LivePlan.shape }),
  /** The virtual clock goes on, at most a day at once, and what the plan brings in so much time happens. */
  z.object({ do: z.literal('advance'), ms: z.number().positive().max(86_400_000) }),
] as const;

export type WallCommand = z.output<(typeof wallCommands)[number]>;
