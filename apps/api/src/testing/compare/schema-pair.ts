import type { Json } from './json.ts';

/** `input`: what was accepted must still be. `output`: what comes must be what could come before. */
export type Direction = 'input' | 'output';

export type SchemaPair = {
  readonly direction: Direction;
  readonly before: Json;
  readonly after: Json;
  /** The documents that references lead into. */
  readonly documents: { readonly before: Json; readonly after: Json };
  /** Pairs of references on the way here: a schema may hold itself. */
  readonly seen?: ReadonlySet<string>;
};
