import { createHash } from 'node:crypto';

/** A statement without anything that a user brought. */
export type StatementName = {
  /** The same for all statements that differ in their values only; stable over processes and versions of Node. */
  readonly fingerprint: string;
  /** What it does to which table, as `UPDATE job`: a hint for people. */
  readonly statement: string;
  /** The text with `?` in place of every value. */
  readonly normalized: string;
};

/** Names a statement by its text. */
export const nameStatement = (text: string): StatementName => {
  const normalized = normalize(text);
  const fingerprint = createHash('sha256').update(normalized).digest('hex').slice(0, 12);
  return { fingerprint, statement: describe(normalized), normalized };
};

/** Comments, literals in each of PostgreSQL's quotes, and quoted names, which are kept; read from left to right. */
const QUOTED = /--[^\n]*|\/\*[\s\S]*?\*\/|\b[eE]'(?:[^'\\]|\\[\s\S]|'')*'|'(?:[^']|'')*'|\$([A-Za-z_]\w*)?\$[\s\S]*?\$\1\$|"(?:[^"]|"")*"/g;

const normalize = (text: string): string =>
  text
    .replace(QUOTED, (found) => (found.startsWith('"') ? found : /^(?:--|\/\*)/.test(found) ? ' ' : '?'))
    // A literal without an end: whatever follows may be a part of it.
    .replace(/'[\s\S]*$/, '?')
    .replace(/\$\d+|\b\d+(?:\.\d+)?(?:e[+-]?\d+)?\b/gi, '?')
    .replace(/\s+/g, ' ')
    .trim()
    // Lists of any length are one statement, and so are lists of rows.
    .replace(/\?(?: ?, ?\?)+/g, '?')
    .replace(/\( ?\? ?\)(?: ?, ?\( ?\? ?\))+/g, '(?)');

const TABLE = String.raw`(?:"?public"?\.)?"?([A-Za-z_]\w*)"?(?!\w|")`;
/** Locks and conflicts speak of an UPDATE that is none. */
const WRITE = new RegExp(String.raw`(?<!\b(?:FOR|KEY|DO) )\b(INSERT INTO|UPDATE|DELETE FROM|COPY) ${TABLE}`, 'i');
/** `FROM unnest(…)` reads no table. */
const READ = new RegExp(String.raw`\bFROM ${TABLE}(?! ?\()`, 'i');

const describe = (normalized: string): string => {
  const [first = ''] = /^[A-Za-z]+/.exec(normalized) ?? [];
  const write = /^(?:WITH|INSERT|UPDATE|DELETE|COPY)$/i.test(first) ? WRITE.exec(normalized) : null;
  if (write !== null) return `${write[1]?.split(' ')[0]?.toUpperCase()} ${write[2]}`;
  const read = READ.exec(normalized)?.[1];
  const verb = first.toUpperCase().replace('WITH', 'SELECT');
  return read === undefined ? verb : `${verb} ${read}`;
};
