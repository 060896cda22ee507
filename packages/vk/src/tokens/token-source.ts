import type { VkTokenKind } from '../vk-methods.ts';

/** A token as the pool uses it. */
export type VkToken = {
  /** Public: may stand in logs and errors. */
  readonly tokenId: string;
  readonly kind: VkTokenKind;
  readonly secret: string;
  /** The first 16 hex digits of sha256(secret): the key of its pacing, for all workspaces and processes. */
  readonly fingerprint: string;
  readonly requestsPerSecond: number;
  /** null: not known yet. */
  readonly mayExecute: boolean | null;
  readonly parkedUntil: Date | null;
  readonly methods: readonly VkTokenMethod[];
};

/** What is known of one method with one token; methods without a row are free. */
export type VkTokenMethod = {
  readonly method: string;
  readonly parkedUntil: Date | null;
  /** Calls that VK allows in a day, as learned from error 29. */
  readonly dailyCap: number | null;
  /** Since midnight, UTC. */
  readonly callsToday: number;
};

type OfToken = { readonly workspaceId: string; readonly tokenId: string };

/** VK holds the token back, for one method or for all (null). */
export type VkTokenPark = OfToken & {
  readonly method: string | null;
  readonly until: Date;
  readonly vkCode: number;
  /** A sentence for the operator. */
  readonly reason: string;
};

export type VkTokenInvalid = OfToken & { readonly vkCode: number; readonly reason: string };

export type VkTokenLesson = OfToken & {
  readonly mayExecute?: boolean;
  readonly dailyCap?: { readonly method: string; readonly calls: number };
};

/** Calls that were started with a token, those inside of `execute` under their own method too; negative: that many were none. */
export type VkTokenCalls = OfToken & {
  readonly method: string;
  /** YYYY-MM-DD, UTC. */
  readonly day: string;
  readonly calls: number;
};

/** Where tokens are kept, and what VK says of them is remembered. */
export type VkTokenSource = {
  /** Usable and parked tokens of the workspace, not the invalid ones. Called often. */
  tokens(workspaceId: string, signal: AbortSignal): Promise<readonly VkToken[]>;
  park(park: VkTokenPark): Promise<void>;
  invalidate(invalid: VkTokenInvalid): Promise<void>;
  learn(lesson: VkTokenLesson): Promise<void>;
  /** Calls since the last report, added up. */
  count(calls: readonly VkTokenCalls[]): Promise<void>;
};
