/** What a token was seen to be good for, in at most 15 requests. Nothing of the token and of people is in it. */
export type VkTokenProbe = {
  /**
   * ready (it can collect) · limited (it can, and VK holds back a method for now) · parked (its owner must do something first) ·
   * invalid (it can't) · unknown (VK did not say).
   */
  readonly verdict: 'ready' | 'limited' | 'parked' | 'invalid' | 'unknown';
  /** One sentence: what it is, or what to do. */
  readonly summary: string;
  /** The code that decided, where one did. */
  readonly vkCode: number | null;
  /** As it looks; VK does not tell. */
  readonly kind: 'service' | 'user' | 'community' | null;
  /** Whether it may send many calls in one request; null: not found out. */
  readonly mayExecute: boolean | null;
  readonly methods: readonly ProbedMethod[];
  readonly rate: {
    /** Requests per second that it is used with. */
    readonly configured: number;
    /** Started at once to try that; null: not tried. */
    readonly atOnce: number | null;
    /** How many of those VK called too many. */
    readonly refused: number | null;
    readonly detail: string;
  };
  /** `bound`: VK said that it was made for another IP address. */
  readonly address: 'bound' | 'no_sign';
  readonly requests: number;
  /** Calls that count for VK's quotas, by method. */
  readonly calls: Readonly<Record<string, number>>;
};

export type ProbedMethod = {
  readonly method: string;
  /** Collecting comments of walls needs it. */
  readonly isNeeded: boolean;
  readonly may: 'yes' | 'no' | 'limited' | 'unknown' | 'not_tried';
  readonly vkCode: number | null;
  readonly detail: string;
};
