import { type VkTokenRef, type VkTokenRow, type VkTokenStore, toPublicId } from '@otklik/contracts';
import { type Keyring, type Logger, NotFoundError } from '@otklik/shared';
import { dayOf } from './call-ledger.ts';
import { openToken } from './token-secret.ts';
import type { WakeJobs } from './wake-jobs.ts';

/** What decides about a token; a finding says more. */
type Finding = {
  readonly verdict: 'ready' | 'limited' | 'parked' | 'invalid' | 'unknown';
  readonly summary: string;
  readonly vkCode: number | null;
  readonly mayExecute: boolean | null;
  /** Calls that count for VK's quotas, by method. */
  readonly calls: Readonly<Record<string, number>>;
};

type Deps<F extends Finding> = {
  readonly tokens: Pick<VkTokenStore, 'get' | 'change' | 'park' | 'invalidate' | 'learn' | 'probed' | 'count'>;
  readonly wakeJobs: WakeJobs;
  readonly keyring: Keyring | undefined;
  /** Asks VK. */
  readonly probe: (input: {
    readonly token: string;
    readonly fingerprint: string;
    readonly requestsPerSecond: number;
    readonly signal: AbortSignal;
  }) => Promise<F>;
  readonly logger: Logger;
};

export type ProbeToken<F extends Finding> = (
  ref: VkTokenRef,
  options: { readonly by: string; readonly signal: AbortSignal },
) => Promise<{ readonly token: VkTokenRow; readonly finding: F }>;

/** How long a token rests whose owner has to act: looking again in an hour is soon enough. */
const PARKED_MS = 3_600_000;

/**
 * Asks VK what a token can do, and records it: a token that can collect is active from then on, whatever it was before. Throws
 * NotFoundError, SecretUnreadableError, or the signal's reason.
 */
export const makeProbeToken =
  <F extends Finding>({ tokens, wakeJobs, keyring, probe, logger }: Deps<F>): ProbeToken<F> =>
  async (ref, { by, signal }) => {
    const known = (await tokens.get(ref)) ?? notThere();
    const secret = openToken(keyring, ref, known);
    const finding = await probe({ token: secret, fingerprint: known.fingerprint, requestsPerSecond: known.requestsPerSecond, signal });
    await record(tokens, ref, finding);
    const { verdict, vkCode } = finding;
    if (verdict === 'ready') await wakeJobs(ref.workspaceId);
    logger.info('VK token probed', { vkTokenId: toPublicId('vkToken', ref.tokenId), workspaceId: ref.workspaceId, verdict, vkCode, by });
    return { token: (await tokens.get(ref)) ?? notThere(), finding };
  };

const record = async (tokens: Deps<Finding>['tokens'], ref: VkTokenRef, finding: Finding): Promise<void> => {
  const { verdict, summary: reason, vkCode, mayExecute, calls } = finding;
  const day = dayOf(new Date());
  await tokens.count(Object.entries(calls).map(([method, count]) => ({ ...ref, method, day, calls: count })));
  if (mayExecute !== null) await tokens.learn(ref, { mayExecute });
  if (verdict === 'ready') await tokens.change(ref, { isActive: true });
  if (verdict === 'invalid') await tokens.invalidate(ref, { vkCode, reason });
  if (verdict === 'parked') await tokens.park(ref, { method: null, until: new Date(Date.now() + PARKED_MS), vkCode, reason });
  await tokens.probed(ref);
};

const notThere = (): never => {
  throw new NotFoundError('There is no such token in this workspace.');
};
