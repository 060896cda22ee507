/** Move 8b: jobs that wait for a token of VK are due at once when those of their workspace were changed. */
export type TokenWaitMoves = {
  /** For the jobs of a workspace that wait longest. Gives their number. */
  wakeTokenWaits(input: { readonly workspaceId: string; readonly limit: number }): Promise<number>;
  /** In all workspaces whose tokens were changed within ten minutes, for jobs that looked before that, or too shortly after it to see it. */
  wakeMissedTokenWaits(options: { readonly limit: number }): Promise<number>;
};
