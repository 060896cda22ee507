import { compileError } from './script-errors.ts';
import type { Token } from './tokens.ts';

export type TokenReader = {
  /** The token to be read next; the end stays the next one for ever. */
  next(): Token;
  /** Reads it. */
  take(): Token;
  /** Reads the sign or word if it is the next one, and says whether it was. */
  skip(text: string): boolean;
  /** Reads the sign or word. Throws VkRefusal 12 when something else is there. */
  expect(text: string): void;
  /** Reads a name. Throws VkRefusal 12 when something else is there. */
  name(): string;
  /** Runs `read` one level deeper. Throws VkRefusal 12 beyond 100 levels. */
  nested<T>(read: () => T): T;
};

/** Reading calls itself for what stands inside; deeper than this nobody writes. */
const MAX_DEPTH = 100;

export const createTokenReader = (tokens: readonly Token[]): TokenReader => {
  let position = 0;
  let depth = 0;
  const end: Token = tokens.at(-1) ?? { kind: 'end', text: '', line: 1 };
  const next = (): Token => tokens[position] ?? end;
  const take = (): Token => {
    const token = next();
    position += 1;
    return token;
  };
  const isNext = (text: string): boolean => {
    const token = next();
    return (token.kind === 'sign' || token.kind === 'word') && token.text === text;
  };
  const unexpected = (wanted: string) => compileError(`${wanted} expected, '${next().text}' found`, next().line);
  const skip = (text: string): boolean => {
    if (!isNext(text)) return false;
    position += 1;
    return true;
  };
  return {
    next,
    take,
    skip,
    expect: (text) => {
      if (!skip(text)) throw unexpected(`'${text}'`);
    },
    name: () => {
      if (next().kind !== 'word') throw unexpected('identifier');
      return take().text;
    },
    nested: (read) => {
      depth += 1;
      if (depth > MAX_DEPTH) throw compileError('too deep nesting', next().line);
      const result = read();
      depth -= 1;
      return result;
    },
  };
};
