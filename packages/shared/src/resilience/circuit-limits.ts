/** `closed`: calls pass. `open`: they are refused. `half_open`: one call passes to try. */
export const circuitStates = ['closed', 'open', 'half_open'] as const;
export type CircuitState = (typeof circuitStates)[number];

export type CircuitChange = { readonly from: CircuitState; readonly to: CircuitState; readonly retryAfterMs: number };

export type CircuitLimits = {
  /** It opens after so many failed calls with no answer between them. Default 5. */
  readonly failuresInARow: number;
  /** It opens as well when more than half of the last calls failed or were troubled, from so many calls on. Default 10. */
  readonly volume: number;
  /** Which calls are the last ones. Default 20 s. */
  readonly windowMs: number;
  /** Until the first probe. Doubles with each probe that fails. Default 5 s. */
  readonly openMs: number;
  /** It never stays open for longer without a probe. Default 60 s. */
  readonly maxOpenMs: number;
};

export const defaultCircuitLimits: CircuitLimits = {
  failuresInARow: 5,
  volume: 10,
  windowMs: 20_000,
  openMs: 5_000,
  maxOpenMs: 60_000,
};
