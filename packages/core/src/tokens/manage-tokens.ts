import {
  MAX_VK_TOKENS,
  type VkTokenChanges,
  type VkTokenKind,
  type VkTokenRef,
  type VkTokenRow,
  type VkTokenStore,
  toPublicId,
} from '@otklik/contracts';
import { ConflictError, type Keyring, type Logger, NotFoundError } from '@otklik/shared';
import { fingerprintOf, needKeyring, placeOf } from './token-secret.ts';
import type { WakeJobs } from './wake-jobs.ts';

type Deps = { readonly tokens: VkTokenStore; readonly wakeJobs: WakeJobs; readonly logger: Logger };

/** Who asks: the id of an API key. */
type By = { readonly by: string };

export type AddToken = (
  input: By & {
    readonly workspaceId: string;
    readonly kind: VkTokenKind;
    readonly label: string;
    /** Kept sealed, and shown nowhere again. */
    readonly secret: string;
    readonly requestsPerSecond: number;
    readonly expiresAt: Date | null;
  },
) => Promise<VkTokenRow>;

/**
 * Adds a token of VK; jobs that wait for one go on. Throws ConflictError that names the one that is there already, or
 * SecretUnreadableError (`NO_KEYRING`).
 */
export const makeAddToken =
  ({
    tokens,
    wakeJobs,
    logger,
    keyring,
    newId,
  }: Deps & { readonly keyring: Keyring | undefined; readonly newId: () => string }): AddToken =>
  async ({ workspaceId, secret, by, ...facts }) => {
    const tokenId = newId();
    const sealed = needKeyring(keyring).seal(secret, placeOf({ workspaceId, tokenId }));
    const fingerprint = fingerprintOf(secret);
    const outcome = await tokens.add({ id: tokenId, workspaceId, createdBy: by, fingerprint, ...facts, ...sealed });
    if (outcome.kind === 'full') throw new ConflictError(`A workspace has at most ${MAX_VK_TOKENS} tokens. Delete one that is not used.`);
    const { token } = outcome;
    if (outcome.kind === 'known')
      throw new ConflictError(`This token is here already: ${toPublicId('vkToken', token.id)}, "${token.label}".`);
    logger.info('VK token added', { ...linesOf(token), by });
    await wakeJobs(workspaceId);
    return token;
  };

/** All tokens of a workspace, oldest first. */
export const makeListTokens =
  ({ tokens }: Pick<Deps, 'tokens'>) =>
  (workspaceId: string): Promise<readonly VkTokenRow[]> =>
    tokens.list(workspaceId);

/** Throws NotFoundError. */
export const makeReadToken =
  ({ tokens }: Pick<Deps, 'tokens'>) =>
  async (ref: VkTokenRef): Promise<VkTokenRow> =>
    (await tokens.get(ref)) ?? notThere();

export type ChangeToken = (ref: VkTokenRef, changes: VkTokenChanges, by: string) => Promise<VkTokenRow>;

/** Changes what is told of a token, or lets it be used again. Workers notice within seconds. Throws NotFoundError. */
export const makeChangeToken =
  ({ tokens, wakeJobs, logger }: Deps): ChangeToken =>
  async (ref, changes, by) => {
    const token = (await tokens.change(ref, changes)) ?? notThere();
    logger.info('VK token changed', { ...linesOf(token), by, changed: Object.keys(changes) });
    if (changes.isActive === true || changes.expiresAt !== undefined) await wakeJobs(ref.workspaceId);
    return token;
  };

/** Deletes a token with its ledger; workers stop using it within seconds, and may use that of the installation. Throws NotFoundError. */
export const makeRemoveToken =
  ({ tokens, wakeJobs, logger }: Deps) =>
  async (ref: VkTokenRef, by: string): Promise<void> => {
    if (!(await tokens.remove(ref))) notThere();
    logger.info('VK token deleted', { vkTokenId: toPublicId('vkToken', ref.tokenId), workspaceId: ref.workspaceId, by });
    await wakeJobs(ref.workspaceId);
  };

const notThere = (): never => {
  throw new NotFoundError('There is no such token in this workspace.');
};

/** For the log: everything that names the token, and nothing of the token. */
const linesOf = ({ id, workspaceId, kind, label, fingerprint }: VkTokenRow) => ({
  vkTokenId: toPublicId('vkToken', id),
  workspaceId,
  kind,
  label,
  fingerprint,
});
