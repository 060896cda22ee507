import { parseExpression } from './parse-expression.ts';
import { compileError } from './script-errors.ts';
import type { Statement } from './syntax.ts';
import { type TokenReader, createTokenReader } from './token-reader.ts';
import { tokenize } from './tokens.ts';

const RESERVED = new Set(['var', 'return', 'API', 'true', 'false', 'null', 'if', 'else', 'while', 'for', 'function', 'Args', 'delete']);

/** Reads `var`, assignments, calls and `return`, each closed by a semicolon. Throws VkRefusal 12. */
export const parseScript = (code: string): readonly Statement[] => {
  const reader = createTokenReader(tokenize(code));
  const known = new Set<string>();
  const statements: Statement[] = [];
  while (reader.next().kind !== 'end') {
    if (reader.skip(';')) continue;
    statements.push(...parseStatement(reader, known));
    reader.expect(';');
  }
  return statements;
};

const parseStatement = (reader: TokenReader, known: Set<string>): readonly Statement[] => {
  if (reader.skip('var')) return parseDeclarations(reader, known);
  if (reader.skip('return')) return [{ kind: 'return', value: valueOrNull(reader, known) }];
  const { text, line } = reader.next();
  const value = parseExpression(reader, known);
  if (!reader.skip('=')) return [{ kind: 'do', value }];
  if (value.kind !== 'variable') throw compileError(`can't assign to '${text}'`, line);
  return [{ kind: 'set', name: value.name, value: parseExpression(reader, known) }];
};

const valueOrNull = (reader: TokenReader, known: ReadonlySet<string>) =>
  reader.next().text === ';' && reader.next().kind === 'sign'
    ? ({ kind: 'literal', value: null } as const)
    : parseExpression(reader, known);

/** `var a = 1, b;` */
const parseDeclarations = (reader: TokenReader, known: Set<string>): readonly Statement[] => {
  const statements: Statement[] = [];
  do {
    const { line } = reader.next();
    const name = reader.name();
    if (RESERVED.has(name)) throw compileError(`'${name}' can't be a name`, line);
    statements.push({ kind: 'set', name, value: reader.skip('=') ? parseExpression(reader, known) : { kind: 'literal', value: null } });
    known.add(name);
  } while (reader.skip(','));
  return statements;
};
