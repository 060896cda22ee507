import type { DeepWall } from '@otklik/vk-simulator';
import type { Random } from './random.ts';

/** The ids of walls that the simulator has by itself end below. */
const FIRST_ID = 2_000_000;

/** Sizes of walls: how many pages a crawl reads one after the other, and how its work is spread over posts. */
const shapes: readonly Pick<DeepWall, 'posts' | 'topLevelPerPost' | 'repliesPerThread'>[] = [
  { posts: 4, topLevelPerPost: 15 },
  { posts: 12, topLevelPerPost: 40 },
  { posts: 8, topLevelPerPost: 20, repliesPerThread: 3 },
  { posts: 30, topLevelPerPost: 25 },
  { posts: 25, topLevelPerPost: 130 },
  { posts: 1, topLevelPerPost: 2_400 },
];

/** Few enough that several jobs share each wall. */
export const makeWalls = (random: Random, jobs: number): readonly DeepWall[] =>
  Array.from({ length: Math.min(40, Math.max(shapes.length, Math.ceil(jobs / 8))) }, (_, index): DeepWall => {
    const shape = shapes[index % shapes.length] ?? { posts: 1, topLevelPerPost: 1 };
    const posts = Math.max(1, Math.round(shape.posts * (0.7 + 0.6 * random.next())));
    return { ...shape, posts, screenName: `chaos_${index}`, ownerId: -(FIRST_ID + index) };
  });

/** Id of the first post of a wall, which is there whatever the size. */
export const FIRST_POST = 1;
