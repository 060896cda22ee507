/** How often requests of a key may start. */
export type PaceLimit = { readonly perSecond: number };

/** Leave to start one request, now. */
export type PacingTurn = {
  /** Now the request is really under way: what follows keeps its distance from this moment. Optional, and exact where it is told. */
  started(): void;
  /** There was nothing to start: somebody else gets the turn. */
  giveBack(): void;
};

/**
 * Spreads the starts of requests over time, for everybody who uses the same key: the generic cell rate algorithm, which
 * leaves as many of them in flight as there are.
 */
export type Pacing = {
  /**
   * Resolves when the next request of the key may start: in the order of asking within a process, in no order among
   * processes. No more than `perSecond` starts lie within any second, late ones included. Rejects with the signal's reason.
   */
  turn(key: string, limit: PaceLimit, signal: AbortSignal): Promise<PacingTurn>;
  /** The other side said "too many": nobody starts for `ms`, and the pace drops by a twentieth. It comes back by itself within minutes. */
  slower(key: string, ms: number): Promise<void>;
  /** Whoever still waits is refused with Shutdown. */
  close(): Promise<void>;
};
