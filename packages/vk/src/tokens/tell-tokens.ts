import type { VkMetrics } from '../metrics/vk-metrics.ts';
import type { VkTokenSource } from './token-source.ts';

/** Workspaces whose tokens are told; those that were not asked for longest are forgotten. */
const MAX_WORKSPACES = 1_000;

/** The source, with a count of the tokens that were seen last, by their state. */
export const tellTokens = ({ source, metrics }: { readonly source: VkTokenSource; readonly metrics: VkMetrics }): VkTokenSource => {
  const seen = new Map<string, readonly { readonly fingerprint: string; readonly parkedUntil: Date | null }[]>();
  metrics.tellTokens(() => {
    const now = new Date();
    const all = new Map(
      [...seen.values()].flat().map(({ fingerprint, parkedUntil }) => [fingerprint, parkedUntil !== null && parkedUntil > now]),
    );
    const parked = [...all.values()].filter(Boolean).length;
    return { usable: all.size - parked, parked };
  });
  return {
    ...source,
    tokens: async (workspaceId, signal) => {
      const tokens = await source.tokens(workspaceId, signal);
      seen.delete(workspaceId);
      seen.set(
        workspaceId,
        tokens.map(({ fingerprint, parkedUntil }) => ({ fingerprint, parkedUntil })),
      );
      for (const oldest of seen.keys()) if (seen.size > MAX_WORKSPACES) seen.delete(oldest);
      return tokens;
    },
  };
};
