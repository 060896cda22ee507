/**
 * JSON that PostgreSQL's jsonb takes, whatever strings are inside: NUL is left out, half of a surrogate pair becomes
 * U+FFFD. `undefined` is stored as null.
 */
export const storableJson = (value: unknown): string => storableJsonText(JSON.stringify(value) ?? 'null');

/** The same for what is JSON already, as JSON.stringify writes it. */
export const storableJsonText = (json: string): string => (json.includes('\\u') ? json.replace(ESCAPE, clean) : json);

/** The same for plain text. */
export const storableText = (text: string | null): string | null => text?.replaceAll('\0', '').toWellFormed() ?? null;

/** Takes an escaped backslash as a whole, so that the text `\u0000` (six characters) is not mistaken for a NUL. */
const ESCAPE = /\\(?:u[0-9a-f]{4}|[^u])/g;

/** JSON.stringify writes whole pairs as they are: an escaped surrogate is a lone one. */
const clean = (escape: string): string => {
  if (escape === '\\u0000') return '';
  return /^\\ud[89a-f]/.test(escape) ? '\\ufffd' : escape;
};
