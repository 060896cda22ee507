/** Whose token it is. VK limits and breaks methods by kind. */
export const vkTokenKinds = ['service', 'user'] as const;
export type VkTokenKind = (typeof vkTokenKinds)[number];

export const vkTokenStates = ['active', 'parked', 'invalid'] as const;
export type VkTokenState = (typeof vkTokenStates)[number];

/** The most that one workspace may have. */
export const MAX_VK_TOKENS = 100;

/** A token and one method of VK, today. */
export type VkTokenMethodRow = {
  readonly method: string;
  /** Until then VK would refuse it. */
  readonly parkedUntil: Date | null;
  readonly vkCode: number | null;
  readonly reason: string | null;
  /** Calls a day that VK was seen to grant; null: not met yet. */
  readonly dailyCap: number | null;
  /** Of this day, UTC. */
  readonly callsToday: number;
  /** When the first of them was counted. */
  readonly firstCallAt: Date | null;
};

/** All that is known of a token but the token. */
export type VkTokenRow = {
  readonly id: string;
  readonly workspaceId: string;
  readonly kind: VkTokenKind;
  readonly label: string;
  /** 16 hex digits: the first of the SHA-256 of the token. */
  readonly fingerprint: string;
  readonly requestsPerSecond: number;
  /** null: nobody has tried yet. */
  readonly mayExecute: boolean | null;
  readonly expiresAt: Date | null;
  readonly parkedUntil: Date | null;
  readonly invalidAt: Date | null;
  /** Why it is parked or invalid: VK's code, where VK said so, and a sentence of ours. */
  readonly vkCode: number | null;
  readonly reason: string | null;
  readonly probedAt: Date | null;
  /** Id of the API key that added it. */
  readonly createdBy: string;
  readonly createdAt: Date;
  readonly methods: readonly VkTokenMethodRow[];
};

/** What is stored in place of the token. */
export type SealedVkToken = { readonly keyId: string; readonly wrappedKey: Uint8Array; readonly sealed: Uint8Array };

export type SealedVkTokenRow = VkTokenRow & SealedVkToken;

export type NewVkToken = SealedVkToken &
  Pick<VkTokenRow, 'id' | 'workspaceId' | 'kind' | 'label' | 'fingerprint' | 'requestsPerSecond' | 'expiresAt' | 'createdBy'>;

/** A token of one workspace. */
export type VkTokenRef = { readonly workspaceId: string; readonly tokenId: string };

export type VkTokenChanges = {
  readonly label?: string | undefined;
  readonly requestsPerSecond?: number | undefined;
  readonly expiresAt?: Date | null | undefined;
  /** Forgets why it was parked or invalid, also of its methods, and caps that are used up. */
  readonly isActive?: boolean | undefined;
};

/** Why a token, or one method of it, rests or is out. */
export type VkTokenFault = { readonly vkCode: number | null; readonly reason: string };

export type VkCallCount = VkTokenRef & { readonly method: string; /** `YYYY-MM-DD`, UTC. */ readonly day: string; readonly calls: number };

/** Tokens of VK. Every method is of one workspace but the last four, and throws DatabaseError. */
export type VkTokenStore = {
  /** `known`: the workspace has this token already; `full`: it has as many as it may have. */
  add(token: NewVkToken): Promise<{ readonly kind: 'added' | 'known'; readonly token: VkTokenRow } | { readonly kind: 'full' }>;
  /** Oldest first. */
  list(workspaceId: string): Promise<readonly VkTokenRow[]>;
  get(ref: VkTokenRef): Promise<SealedVkTokenRow | null>;
  /** As `list`, with what is sealed. */
  sealed(workspaceId: string): Promise<readonly SealedVkTokenRow[]>;
  /** null: there is none. */
  change(ref: VkTokenRef, changes: VkTokenChanges): Promise<VkTokenRow | null>;
  /** false: there is none. */
  remove(ref: VkTokenRef): Promise<boolean>;
  /** A later end stays. `method` null: all of the token. */
  park(ref: VkTokenRef, fault: VkTokenFault & { readonly method: string | null; readonly until: Date }): Promise<void>;
  /** The first reason stays. */
  invalidate(ref: VkTokenRef, fault: VkTokenFault): Promise<void>;
  learn(
    ref: VkTokenRef,
    facts: {
      readonly mayExecute?: boolean | undefined;
      readonly dailyCap?: { readonly method: string; readonly calls: number } | undefined;
    },
  ): Promise<void>;
  /** When it was last asked what it can do. */
  probed(ref: VkTokenRef): Promise<void>;
  /** Adds to the ledger, or takes back where `calls` is negative. Of tokens that are gone nothing is kept. */
  count(calls: readonly VkCallCount[]): Promise<void>;
  /** A process begins that may use other tokens than those before it, by its settings: whoever waits for one shall look again. */
  lookAnew(): Promise<void>;
  /** Of each key of the ring that is in use: how many tokens, and one of them. */
  keysInUse(): Promise<readonly (SealedVkToken & VkTokenRef & { readonly tokens: number })[]>;
  /** Tokens under other keys than this, by id, after the given one. */
  underOtherKeys(input: {
    readonly keyId: string;
    readonly after: string | null;
    readonly limit: number;
  }): Promise<readonly (SealedVkToken & VkTokenRef)[]>;
  /** Puts another wrapping in place of the one under `from`; false: somebody else was there first. */
  rewrap(ref: VkTokenRef, wrapping: { readonly from: string; readonly keyId: string; readonly wrappedKey: Uint8Array }): Promise<boolean>;
};
