import { compileError } from './script-errors.ts';
import type { Expression } from './syntax.ts';
import type { TokenReader } from './token-reader.ts';

type Place = {
  readonly reader: TokenReader;
  readonly known: ReadonlySet<string>;
  /** Reads what stands inside. */
  readonly expression: () => Expression;
};

/** Reads what operators join: a literal, a variable, a list, an object, a call, or anything in brackets. Throws VkRefusal 12. */
export const parsePrimary = (place: Place): Expression => {
  const { reader, expression } = place;
  if (reader.skip('(')) {
    const value = expression();
    reader.expect(')');
    return value;
  }
  if (reader.skip('[')) return { kind: 'array', items: listUntil(reader, ']', expression) };
  if (reader.skip('{')) return { kind: 'object', entries: listUntil(reader, '}', () => parseEntry(place)) };
  if (reader.skip('API')) return parseCall(place);
  const token = reader.take();
  if (token.kind === 'string' || token.kind === 'number') return { kind: 'literal', value: token.value };
  if (token.kind !== 'word') throw compileError(`unexpected '${token.text}'`, token.line);
  const constant = CONSTANTS.get(token.text);
  if (constant !== undefined) return { kind: 'literal', value: constant };
  if (!place.known.has(token.text)) throw compileError(`unknown identifier '${token.text}'`, token.line);
  return { kind: 'variable', name: token.text };
};

const CONSTANTS: ReadonlyMap<string, boolean | null> = new Map([
  ['true', true],
  ['false', false],
  ['null', null],
]);

/** `API` is read already. */
const parseCall = ({ reader, expression }: Place): Expression => {
  reader.expect('.');
  let method = reader.name();
  while (reader.skip('.')) method += `.${reader.name()}`;
  reader.expect('(');
  if (reader.skip(')')) return { kind: 'call', method, params: undefined };
  const params = expression();
  reader.expect(')');
  return { kind: 'call', method, params };
};

const parseEntry = ({ reader, expression }: Place): readonly [string, Expression] => {
  const token = reader.next();
  const isLiteral = token.kind === 'string' || token.kind === 'number';
  const key = isLiteral ? String(token.value) : reader.name();
  if (isLiteral) reader.take();
  reader.expect(':');
  return [key, expression()];
};

/** Items separated by commas; one comma too many at the end does no harm. */
const listUntil = <T>(reader: TokenReader, end: string, item: () => T): readonly T[] => {
  const items: T[] = [];
  while (!reader.skip(end)) {
    items.push(item());
    if (reader.skip(',')) continue;
    reader.expect(end);
    return items;
  }
  return items;
};
