import type { ParsePayload, TargetLine, TargetReads } from '@otklik/contracts';
import { type Frontier, newWall } from './frontier.ts';
import { MAX_OPEN_WALLS, MAX_WANTED } from './limits.ts';

/** What there is to collect, as a list that is taken up bit by bit. */
export type TargetSource = {
  /** Lines whose place is `from` or higher, in their order; fewer than `limit` when there are no more. */
  read(input: { readonly from: number; readonly limit: number; readonly signal: AbortSignal }): Promise<readonly TargetLine[]>;
  /** Which of these, as lines have them, are lines of it. */
  named(refs: readonly string[], signal: AbortSignal): Promise<ReadonlySet<string>>;
  /** One wall or one post: when VK refuses it, there is nothing else. */
  readonly isOnlyTarget: boolean;
};

type Deps = { readonly lists: Pick<TargetReads, 'read' | 'named'>; readonly workspaceId: string };

export const openTargets = ({ target }: ParsePayload, { lists, workspaceId }: Deps): TargetSource => {
  if ('listId' in target) {
    const { listId } = target;
    const list = { workspaceId, listId };
    return {
      isOnlyTarget: false,
      read: ({ from, limit, signal }) => lists.read({ ...list, from, limit, signal }),
      named: async (among, signal) => new Set(among.length === 0 ? [] : await lists.named({ ...list, refs: among, signal })),
    };
  }
  const refs = 'list' in target ? target.list : ['wall' in target ? target.wall : ownerOf(target.post)];
  const lines = refs.map((ref, index) => ({ index, ref }));
  const all = new Set(refs);
  return {
    isOnlyTarget: !('list' in target),
    read: async ({ from, limit }) => lines.slice(from, from + limit),
    named: async (among) => new Set(among.filter((ref) => all.has(ref))),
  };
};

const ownerOf = (post: string): string => post.split('_')[0] ?? '';

/** A post as lists have it: `<owner>_<post>`. */
const POST = /^-?\d+_\d+$/;
/** The wall of whom it is needs no finding. */
const OWNER = /^-?\d+$/;

/** Whether more targets may be taken up. */
export const hasRoomForTargets = ({ targets, walls, wanted }: Frontier): boolean =>
  !targets.isEnd && walls.length < MAX_OPEN_WALLS && wanted.length < MAX_WANTED;

/** Takes up as many of the lines as there is room for. `isLast`: there are no others behind them. */
export const takeTargets = (from: Frontier, lines: readonly TargetLine[], { isLast, isOnlyTarget }: TakenUp): Frontier => {
  let frontier = from;
  for (const { index, ref } of lines) {
    if (!hasRoomForTargets(frontier)) return frontier;
    const next = { ...frontier, targets: { ...frontier.targets, next: index + 1 } };
    if (isTaken(next, ref)) {
      frontier = next;
      continue;
    }
    const wall = newWall(ref, OWNER.test(ref) && !isOnlyTarget ? ref : null);
    frontier = POST.test(ref) ? { ...next, wanted: [...next.wanted, ref] } : { ...next, walls: [...next.walls, wall] };
  }
  return { ...frontier, targets: { ...frontier.targets, isEnd: isLast } };
};

/** Whether the wall of this owner is being read, or was. */
export const isTaken = ({ walls, endedWalls }: Pick<Frontier, 'walls' | 'endedWalls'>, owner: string): boolean =>
  endedWalls.includes(owner) || walls.some(({ ownerId }) => ownerId === owner);

type TakenUp = { readonly isLast: boolean; readonly isOnlyTarget: boolean };
