import { compileError } from './script-errors.ts';

export type Token =
  | { readonly kind: 'word' | 'sign'; readonly text: string; readonly line: number }
  | { readonly kind: 'string'; readonly text: string; readonly line: number; readonly value: string }
  | { readonly kind: 'number'; readonly text: string; readonly line: number; readonly value: number }
  | { readonly kind: 'end'; readonly text: ''; readonly line: number };

/** One alternative of each kind; the string is taken with its quotes. Sticky, so that it never looks further than where it stands. */
const PATTERN =
  /(?<space>\s+|\/\/[^\n]*|\/\*[^]*?\*\/)|(?<word>[A-Za-z_$][\w$]*)|(?<number>\d+(?:\.\d+)?)|(?<string>"(?:[^"\\\n]|\\[^])*"|'(?:[^'\\\n]|\\[^])*')|(?<sign>@\.|[()[\]{},;:.=+\-*/%])/y;

/** The words, numbers, strings and signs of a script, and an end. Throws VkRefusal 12 at what is none of them. */
export const tokenize = (code: string): readonly Token[] => {
  const pattern = new RegExp(PATTERN);
  const tokens: Token[] = [];
  let line = 1;
  while (pattern.lastIndex < code.length) {
    const from = pattern.lastIndex;
    const groups = pattern.exec(code)?.groups;
    if (groups === undefined) throw compileError(`unexpected '${String.fromCodePoint(code.codePointAt(from) ?? 0)}'`, line);
    const token = tokenOf(groups, line);
    if (token !== undefined) tokens.push(token);
    if (groups['space'] !== undefined || token?.kind === 'string') line += newlinesIn(code.slice(from, pattern.lastIndex));
  }
  return [...tokens, { kind: 'end', text: '', line }];
};

const newlinesIn = (text: string): number => text.split('\n').length - 1;

const tokenOf = ({ word, number, string, sign }: Readonly<Record<string, string | undefined>>, line: number): Token | undefined => {
  if (word !== undefined) return { kind: 'word', text: word, line };
  if (number !== undefined) return { kind: 'number', text: number, line, value: Number(number) };
  if (string !== undefined) return { kind: 'string', text: string, line, value: unquote(string) };
  return sign === undefined ? undefined : { kind: 'sign', text: sign, line };
};

const ESCAPES: Readonly<Record<string, string>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v', '0': '\0' };

/** As in JSON and in JavaScript; an unknown escape is its own letter. */
const unquote = (quoted: string): string =>
  quoted
    .slice(1, -1)
    .replaceAll(/\\(?:u([\da-fA-F]{4})|([^]))/g, (_whole, hex: string | undefined, letter: string | undefined) =>
      hex === undefined ? (ESCAPES[letter ?? ''] ?? letter ?? '') : String.fromCharCode(Number.parseInt(hex, 16)),
    );
