import type { Progress } from '@otklik/contracts';
import type { Frontier } from '../frontier/frontier.ts';

/** How far a collection is: posts done, and comments, each once, however often VK sent it. */
export const progressOf = (frontier: Frontier): Progress => {
  const { totals, uncounted, posts } = frontier;
  const done = totals.posts + uncounted.posts.length;
  const comments = totals.comments + uncounted.read + posts.reduce((sum, { read }) => sum + read, 0);
  return { stage: 'comments', done, total: totalOf(frontier, done), unit: 'posts', message: `${comments} comments of ${done} posts` };
};

/** null while there is a wall of which nobody knows how many posts are to be read. */
const totalOf = ({ targets, walls, wanted, posts }: Frontier, done: number): number | null => {
  if (!targets.isEnd) return null;
  let total = done + posts.length + wanted.length;
  for (const wall of walls) {
    if (wall.isListed || wall.isSecondLook === true) continue;
    if (wall.total === null) return null;
    total += Math.max(0, wall.total - wall.selected);
  }
  return total;
};
