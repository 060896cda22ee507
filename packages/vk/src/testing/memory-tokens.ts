import { createHash } from 'node:crypto';
import type {
  VkToken,
  VkTokenCalls,
  VkTokenInvalid,
  VkTokenLesson,
  VkTokenMethod,
  VkTokenPark,
  VkTokenSource,
} from '../tokens/token-source.ts';

/** Tokens of one workspace in memory, and everything that was told of them. */
export type MemoryTokens = VkTokenSource & {
  readonly parks: VkTokenPark[];
  readonly invalid: VkTokenInvalid[];
  readonly lessons: VkTokenLesson[];
  /** Calls that were counted, by token and method. */
  counted(): Readonly<Record<string, number>>;
};

export const aToken = (secret: string, more: Partial<VkToken> = {}): VkToken => ({
  tokenId: `vkt_${secret}`,
  kind: 'service',
  secret,
  fingerprint: createHash('sha256').update(secret).digest('hex').slice(0, 16),
  requestsPerSecond: 1_000,
  mayExecute: null,
  parkedUntil: null,
  methods: [],
  ...more,
});

export const createMemoryTokens = (...given: readonly VkToken[]): MemoryTokens => {
  let tokens: readonly VkToken[] = given;
  const parks: VkTokenPark[] = [];
  const invalid: VkTokenInvalid[] = [];
  const lessons: VkTokenLesson[] = [];
  const calls: VkTokenCalls[] = [];
  const change = (tokenId: string, how: (token: VkToken) => VkToken): void => {
    tokens = tokens.map((token) => (token.tokenId === tokenId ? how(token) : token));
  };
  const changeMethod = (tokenId: string, method: string, how: (row: VkTokenMethod) => VkTokenMethod): void =>
    change(tokenId, (token) => {
      const row = token.methods.find((one) => one.method === method) ?? { method, parkedUntil: null, dailyCap: null, callsToday: 0 };
      return { ...token, methods: [...token.methods.filter((one) => one.method !== method), how(row)] };
    });
  return {
    parks,
    invalid,
    lessons,
    tokens: async () => tokens,
    park: async (park) => {
      parks.push(park);
      if (park.method === null) change(park.tokenId, (token) => ({ ...token, parkedUntil: park.until }));
      else changeMethod(park.tokenId, park.method, (row) => ({ ...row, parkedUntil: park.until }));
    },
    invalidate: async (one) => {
      invalid.push(one);
      tokens = tokens.filter(({ tokenId }) => tokenId !== one.tokenId);
    },
    learn: async (lesson) => {
      lessons.push(lesson);
      const { tokenId, mayExecute, dailyCap } = lesson;
      if (mayExecute !== undefined) change(tokenId, (token) => ({ ...token, mayExecute }));
      if (dailyCap !== undefined) changeMethod(tokenId, dailyCap.method, (row) => ({ ...row, dailyCap: dailyCap.calls }));
    },
    count: async (more) => {
      calls.push(...more);
      for (const { tokenId, method, calls: added } of more)
        changeMethod(tokenId, method, (row) => ({ ...row, callsToday: row.callsToday + added }));
    },
    counted: () => {
      const sums: Record<string, number> = {};
      for (const { tokenId, method, calls: added } of calls) sums[`${tokenId} ${method}`] = (sums[`${tokenId} ${method}`] ?? 0) + added;
      return sums;
    },
  };
};
