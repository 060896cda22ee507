/** What stands for a value in a script. */
export type Expression =
  | { readonly kind: 'literal'; readonly value: string | number | boolean | null }
  | { readonly kind: 'variable'; readonly name: string }
  | { readonly kind: 'array'; readonly items: readonly Expression[] }
  | { readonly kind: 'object'; readonly entries: readonly (readonly [string, Expression])[] }
  /** `API.wall.get({…})`. */
  | { readonly kind: 'call'; readonly method: string; readonly params: Expression | undefined }
  /** `a.b` and `a[b]`. */
  | { readonly kind: 'member'; readonly of: Expression; readonly key: Expression }
  /** `a@.b`: the member of each item. */
  | { readonly kind: 'each'; readonly of: Expression; readonly key: string }
  | { readonly kind: 'minus'; readonly of: Expression }
  | { readonly kind: 'binary'; readonly sign: BinarySign; readonly left: Expression; readonly right: Expression };

export type BinarySign = '+' | '-' | '*' | '/' | '%';

export type Statement =
  | { readonly kind: 'set'; readonly name: string; readonly value: Expression }
  | { readonly kind: 'do'; readonly value: Expression }
  | { readonly kind: 'return'; readonly value: Expression };
