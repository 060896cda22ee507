import type { Pacing, VkApiError } from '@otklik/shared';
import type { VkMetrics } from '../metrics/vk-metrics.ts';
import type { Fate } from '../pool/next-step.ts';
import type { VkMethod } from '../vk-methods.ts';
import type { TokenMemory } from './token-memory.ts';
import type { VkToken, VkTokenSource } from './token-source.ts';

const HOUR_MS = 3_600_000;
const NO_RIGHT_MS = 24 * HOUR_MS;
const DEFAULT_PARK_MS = 60_000;
const FLOOD = 9;
const MAX_FLOOD_MS = 4 * HOUR_MS;
const QUOTA = 29;
const never = new AbortController().signal;

export type OfWorkspace = { readonly workspaceId: string; readonly token: VkToken };

/** VK said something of a token. */
export type Blow = OfWorkspace & {
  readonly method: VkMethod;
  readonly error: VkApiError;
  /** Of `not_here` nothing follows for the token. */
  readonly fate: Exclude<Fate, 'not_here'>;
};

export type DeedDeps = {
  readonly source: VkTokenSource;
  readonly pacing: Pick<Pacing, 'slower'>;
  readonly metrics: Pick<VkMetrics, 'tooFast'>;
};

type Deps = DeedDeps & { readonly memory: TokenMemory };

/** What is done about a token for each thing that VK may say of it. They reject as the source does. */
export const makeDeeds = ({ source, pacing, metrics, memory }: Deps): Readonly<Record<Blow['fate'], (blow: Blow) => Promise<void>>> => {
  const park = async (
    { workspaceId, token, method, error }: Blow,
    { ms, ofAll = false }: { ms: number; ofAll?: boolean },
  ): Promise<void> => {
    memory.rest(token, ofAll ? undefined : method);
    const until = new Date(Date.now() + ms);
    const rests = { tokenId: token.tokenId, method: ofAll ? null : method, until };
    await source.park({ workspaceId, ...rests, vkCode: error.vkCode, reason: error.message });
  };
  /** Twice as long each time. */
  const parkMsOf = ({ token, method, error }: Blow): number => {
    const baseMs = error.retryAfterMs ?? DEFAULT_PARK_MS;
    return error.vkCode === FLOOD ? Math.min(MAX_FLOOD_MS, baseMs * 2 ** Math.min(memory.floods(token, method) - 1, 10)) : baseMs;
  };
  /**
   * What VK has granted today: a cap, as far as nobody else uses the token. Of requests that were on their way together the
   * last one to be refused knows it exactly.
   */
  const learnCap = async ({ workspaceId, token: { tokenId }, method }: Blow): Promise<void> => {
    const token = (await source.tokens(workspaceId, never)).find((one) => one.tokenId === tokenId);
    const counted = token?.methods.find((one) => one.method === method)?.callsToday ?? 0;
    if (counted > 0) await source.learn({ workspaceId, tokenId, dailyCap: { method, calls: counted } });
  };
  return {
    slower: async ({ token, error }) => {
      metrics.tooFast();
      await pacing.slower(token.fingerprint, error.retryAfterMs ?? 1_000);
    },
    park: (blow) => park(blow, { ms: blow.error.retryAfterMs ?? DEFAULT_PARK_MS, ofAll: true }),
    park_method: async (blow) => {
      await park(blow, { ms: parkMsOf(blow) });
      if (blow.error.vkCode === QUOTA) await learnCap(blow);
    },
    no_right: (blow) => park(blow, { ms: NO_RIGHT_MS }),
    no_execute: async ({ workspaceId, token }) => {
      memory.forgetExecute(token);
      await source.learn({ workspaceId, tokenId: token.tokenId, mayExecute: false });
    },
    invalid: async ({ workspaceId, token, error }) => {
      memory.rest(token, undefined);
      await source.invalidate({ workspaceId, tokenId: token.tokenId, vkCode: error.vkCode, reason: error.message });
    },
  };
};
