/** Walls of the simulated VK, all of one size. */
export const WALL_NAMES = ['tail_a', 'tail_b', 'tail_c', 'tail_d', 'tail_e', 'tail_f'] as const;

export const ownerOf = (index: number): number => -5_000_001 - index;

/** Its tokens, counted from 1. */
export const tokenOf = (nth: number): string => `bench-token-of-the-simulator-${nth}`;
