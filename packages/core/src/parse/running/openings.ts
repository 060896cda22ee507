import type { TargetLine, WallRow } from '@otklik/contracts';
import type { VkApiError } from '@otklik/shared';
import type { Frontier } from '../frontier/frontier.ts';
import { type TargetSource, hasRoomForTargets } from '../frontier/targets.ts';
import { hungerOf } from '../planning/plan-request.ts';
import { isRefusal } from '../reading/refusals.ts';
import type { VkReads } from '../vk-reads.ts';
import type { Ending } from './ending.ts';
import type { Flights } from './flights.ts';
import type { Landing } from './landing.ts';

/** Each stores what came in and resolves with what is open then. */
export type LandOpening = {
  targets(at: Frontier, lines: readonly TargetLine[], isLast: boolean): Promise<Frontier>;
  wall(at: Frontier, found: { readonly ref: string; readonly row: WallRow }): Promise<Frontier>;
  noWall(at: Frontier, refused: { readonly ref: string; readonly error: VkApiError }): Promise<Frontier>;
};

export type Openings = {
  /** On their way. */
  count(): number;
  /** Takes up further targets and finds their walls, as many as are needed. */
  begin(flights: Pick<Flights, 'inFlight' | 'room'>): void;
};

type Deps = {
  readonly vk: Pick<VkReads, 'resolveWall'>;
  readonly targets: TargetSource;
  readonly land: LandOpening;
  readonly landing: Landing;
  readonly ending: Ending;
};

/** Names that are looked up at once. */
const MAX_FINDING = 4;
const LINES_AT_ONCE = 100;
const TARGETS = 'targets';

/** Walls to come: lines of the list of targets, and the walls that they name. */
export const createOpenings = ({ vk, targets, land, landing, ending }: Deps): Openings => {
  const busy = new Set<string>();

  const run = (what: string, work: () => Promise<void>): void => {
    busy.add(what);
    const end = (): void => {
      busy.delete(what);
      ending.ring();
    };
    void work().catch(ending.begin).then(end);
  };

  const readLines = async (): Promise<void> => {
    const from = landing.at().targets.next;
    const lines = await targets.read({ from, limit: LINES_AT_ONCE, signal: ending.flights });
    await landing.next((at) => land.targets(at, lines, lines.length < LINES_AT_ONCE));
  };

  const findWall = async (ref: string): Promise<void> => {
    try {
      const row = await vk.resolveWall(ref, ending.flights);
      await landing.next((at) => land.wall(at, { ref, row }));
    } catch (thrown) {
      if (targets.isOnlyTarget || !isRefusal(thrown)) throw thrown;
      await landing.next((at) => land.noWall(at, { ref, error: thrown }));
    }
  };

  return {
    count: () => busy.size,
    begin: (flights) => {
      const at = landing.at();
      if (!busy.has(TARGETS) && hasRoomForTargets(at) && isHungry(at, flights)) run(TARGETS, readLines);
      for (const { ref, ownerId } of at.walls) {
        const finding = busy.size - (busy.has(TARGETS) ? 1 : 0);
        if (ownerId === null && !busy.has(wallOf(ref)) && finding < MAX_FINDING) run(wallOf(ref), () => findWall(ref));
      }
    },
  };
};

const wallOf = (ref: string): string => `wall ${ref}`;

/** The walls that are open, and posts looked for, will not bring enough to fill the next requests. */
const isHungry = (frontier: Frontier, flights: Pick<Flights, 'inFlight' | 'room'>): boolean => {
  const unlisted = frontier.walls.filter(({ isListed }) => !isListed).length;
  const coming = unlisted * frontier.postsPerPage + frontier.wanted.length;
  return hungerOf({ frontier, inFlight: flights.inFlight(), room: flights.room() }) > coming;
};
