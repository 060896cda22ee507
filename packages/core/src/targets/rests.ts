import type { Clock } from '@otklik/shared';

/** While VK is away nobody who submits a job shall wait for it, again and again. */
const REST_MS = 10_000;

/** Who does not ask VK for a while: all, or single workspaces. */
export type Rests = {
  isResting(workspaceId: string): boolean;
  of(workspaceId: string): void;
  ofAll(): void;
};

export const createRests = (clock: Pick<Clock, 'now'>): Rests => {
  let allUntil = -Infinity;
  const until = new Map<string, number>();
  /** Those that rest longest stand first. */
  const tidy = (): void => {
    for (const [workspaceId, end] of until) {
      if (end > clock.now()) return;
      until.delete(workspaceId);
    }
  };
  return {
    isResting: (workspaceId) => clock.now() < Math.max(allUntil, until.get(workspaceId) ?? -Infinity),
    of: (workspaceId) => {
      tidy();
      until.delete(workspaceId);
      until.set(workspaceId, clock.now() + REST_MS);
    },
    ofAll: () => {
      allUntil = clock.now() + REST_MS;
    },
  };
};
