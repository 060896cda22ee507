import { type SealedVkTokenRow, type VkTokenKind, type VkTokenMethodRow, type VkTokenRef, publicId, toPublicId } from '@otklik/contracts';

export type UsableMethod = Pick<VkTokenMethodRow, 'method' | 'parkedUntil' | 'dailyCap' | 'callsToday' | 'firstCallAt'>;

/** A token that a collector may choose, with its secret: never to be logged or stored. */
export type UsableToken = {
  /** Safe in logs. */
  readonly tokenId: string;
  readonly kind: VkTokenKind;
  readonly secret: string;
  /** Names its pacing: the same for all workspaces and processes. */
  readonly fingerprint: string;
  readonly requestsPerSecond: number;
  /** null: not known yet. */
  readonly mayExecute: boolean | null;
  readonly parkedUntil: Date | null;
  readonly methods: readonly UsableMethod[];
};

export const toUsable = (row: SealedVkTokenRow, secret: string): UsableToken => ({
  tokenId: toPublicId('vkToken', row.id),
  kind: row.kind,
  secret,
  fingerprint: row.fingerprint,
  requestsPerSecond: row.requestsPerSecond,
  mayExecute: row.mayExecute,
  parkedUntil: row.parkedUntil,
  methods: row.methods.map(({ method, parkedUntil, dailyCap, callsToday, firstCallAt }) => ({
    method,
    parkedUntil,
    dailyCap,
    callsToday,
    firstCallAt,
  })),
});

const TokenId = publicId('vkToken');

/** From the public id to the one of the store. */
export const toRef = ({ workspaceId, tokenId }: VkTokenRef): VkTokenRef => ({ workspaceId, tokenId: TokenId.parse(tokenId) });
