import { type Frontier, type Level, type OpenPost, levelsOf } from '../frontier/frontier.ts';
import { MIN_PAGE, PAGE } from '../frontier/limits.ts';
import { type Asked, levelLock, locksOf, wallLock } from '../planning/asked.ts';
import { halved } from './refusals.ts';

/** Half the size for every page that was asked for: VK gave no answer, and maybe one of them was too much for it. */
export const askForLess = (frontier: Frontier, asked: readonly Asked[]): Frontier => {
  const heavy = new Set(asked.flatMap(locksOf));
  return {
    ...frontier,
    walls: frontier.walls.map((wall) => (heavy.has(wallLock(wall.ref)) ? { ...wall, pageSize: half(wall.pageSize) } : wall)),
    posts: frontier.posts.map((post) => (levelsOf(post).some((level) => isOf(post, level, heavy)) ? lighter(post, heavy) : post)),
  };
};

const isOf = (post: OpenPost, { rootId }: Level, heavy: ReadonlySet<string>): boolean => heavy.has(levelLock(post, rootId));

const lighter = (post: OpenPost, heavy: ReadonlySet<string>): OpenPost => ({
  ...post,
  levels: levelsOf(post).map((level) => (isOf(post, level, heavy) ? { ...level, pageSize: half(level.pageSize) } : level)),
});

const half = (pageSize = PAGE): number => halved(pageSize) ?? MIN_PAGE;
