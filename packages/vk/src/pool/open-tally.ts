import type { VkToken, VkTokenSource } from '../tokens/token-source.ts';
import type { VkMethod } from '../vk-methods.ts';

type Deps = { readonly workspaceId: string; readonly source: Pick<VkTokenSource, 'count'> };

/** The calls of one request in the ledger of its token. What is taken back is so on the day on which it was counted. */
export type Tally = {
  count(methods: readonly VkMethod[]): void;
  takeBack(methods: readonly VkMethod[]): void;
};

export const openTally = ({ workspaceId, source }: Deps, { tokenId }: VkToken): Tally => {
  const day = new Date().toISOString().slice(0, 10);
  const tell = (methods: readonly VkMethod[], sign: 1 | -1): void => {
    const sums = [...Map.groupBy(methods, (method) => method)];
    void source
      .count(sums.map(([method, all]) => ({ workspaceId, tokenId, method, day, calls: sign * all.length })))
      // A ledger that can not be written costs an estimate, not a request.
      .catch(() => undefined);
  };
  return { count: (methods) => tell(methods, 1), takeBack: (methods) => tell(methods, -1) };
};
