import { parsePrimary } from './parse-primary.ts';
import type { BinarySign, Expression } from './syntax.ts';
import type { TokenReader } from './token-reader.ts';

/** Reads one expression; only `known` variables may stand in it. Throws VkRefusal 12. */
export const parseExpression = (reader: TokenReader, known: ReadonlySet<string>): Expression => {
  const expression = (): Expression => reader.nested(sum);
  const sum = (): Expression => chain(reader, ['+', '-'], product);
  const product = (): Expression => chain(reader, ['*', '/', '%'], signed);
  const signed = (): Expression => (reader.skip('-') ? { kind: 'minus', of: reader.nested(signed) } : postfix());

  const postfix = (): Expression => {
    let value = parsePrimary({ reader, known, expression });
    for (;;) {
      if (reader.skip('.')) value = { kind: 'member', of: value, key: { kind: 'literal', value: reader.name() } };
      else if (reader.skip('@.')) value = { kind: 'each', of: value, key: reader.name() };
      else if (reader.skip('[')) {
        value = { kind: 'member', of: value, key: expression() };
        reader.expect(']');
      } else return value;
    }
  };

  return expression();
};

/** Operands joined by signs of one strength, from left to right. */
const chain = (reader: TokenReader, signs: readonly BinarySign[], operand: () => Expression): Expression => {
  let left = operand();
  for (;;) {
    const sign = signs.find((it) => reader.skip(it));
    if (sign === undefined) return left;
    left = { kind: 'binary', sign, left, right: operand() };
  }
};
