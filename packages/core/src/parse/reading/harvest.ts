import type { AuthorRow, CommentRow, LevelRead, PostRead, PostRow, WallRead, WallRow } from '@otklik/contracts';
import type { Frontier } from '../frontier/frontier.ts';

/** Rows that answers of VK bring. */
export type Harvest = {
  readonly walls: readonly WallRow[];
  readonly posts: readonly PostRow[];
  readonly authors: readonly AuthorRow[];
  readonly comments: readonly CommentRow[];
  readonly levels: readonly LevelRead[];
  readonly postReads: readonly PostRead[];
  readonly wallReads: readonly WallRead[];
};

/** What is open after an answer, and what it brought. */
export type Reaped = { readonly frontier: Frontier; readonly harvest?: Partial<Harvest> };

/** The same after several answers. */
export type Gathered = { readonly frontier: Frontier; readonly harvest: Harvest };

/** Several harvests as one. */
export const gather = (parts: readonly Partial<Harvest>[]): Harvest => ({
  walls: parts.flatMap(({ walls = [] }) => walls),
  posts: parts.flatMap(({ posts = [] }) => posts),
  authors: parts.flatMap(({ authors = [] }) => authors),
  comments: parts.flatMap(({ comments = [] }) => comments),
  levels: parts.flatMap(({ levels = [] }) => levels),
  postReads: parts.flatMap(({ postReads = [] }) => postReads),
  wallReads: parts.flatMap(({ wallReads = [] }) => wallReads),
});

/** One step after the other, each on what the one before left open. */
export const inOrder = <T>(from: Frontier, steps: readonly T[], take: (frontier: Frontier, step: T) => Reaped): Gathered => {
  let frontier = from;
  const parts: Partial<Harvest>[] = [];
  for (const step of steps) {
    const reaped = take(frontier, step);
    frontier = reaped.frontier;
    if (reaped.harvest !== undefined) parts.push(reaped.harvest);
  }
  return { frontier, harvest: gather(parts) };
};
