import { z } from 'zod';

const wall = { ownerId: z.int() };
const post = { ...wall, postId: z.int() };

/** Commands that change which walls there are, and who may read them. */
export const wallCommands = [
  /** The walls of `randomPopulation(seed)`, beside those that are here. */
  z.object({ do: z.literal('addPopulation'), seed: z.int() }),
  /** The post goes, and its comments with it. */
  z.object({ do: z.literal('deletePost'), ...post }),
  /** The comments stay, and reading them is error 212 from now on. */
  z.object({ do: z.literal('closeComments'), ...post }),
  /** Error 18 from now on. */
  z.object({ do: z.literal('banWall'), ...wall }),
  /** Error 15 from now on: only for members. */
  z.object({ do: z.literal('closeWall'), ...wall }),
  /** Everybody may read again: the wall, or with `postId` the comments of the post. */
  z.object({ do: z.literal('reopen'), ...wall, postId: z.int().optional() }),
] as const;

export type WallCommand = z.output<(typeof wallCommands)[number]>;
