import { MAX_RESPONSE_BYTES } from './limits.ts';
import { type Written, renderJson } from './render-json.ts';
import { runtimeError } from './script-errors.ts';

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** `of[key]`; null for everything that is not there, also in what has no members at all. */
export const memberOf = (of: unknown, key: unknown): unknown => {
  if (Array.isArray(of)) return key === 'length' ? of.length : (of[Number(key)] ?? null);
  if (typeof of === 'string') return key === 'length' ? of.length : null;
  const name = String(key);
  return isRecord(of) && Object.hasOwn(of, name) ? (of[name] ?? null) : null;
};

const paramsTooBig = () => runtimeError('parameters are too big');

/** Parameters of a call as they would have come over HTTP. Throws VkRefusal 13 when they are no object, or above 5 MB. */
export const paramsOf = (value: unknown, written: Written): Readonly<Record<string, string>> => {
  if (!isRecord(value)) throw runtimeError('parameters of a method must be an object');
  const textOf = (part: unknown): string => {
    if (typeof part === 'string') return part;
    return typeof part === 'boolean' ? String(Number(part)) : renderJson(part, written, paramsTooBig);
  };
  const spend = createBudget();
  const listOf = (items: readonly unknown[]): string => items.map((item) => spend(textOf(item))).join(',');
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, it]) => it !== null && it !== undefined)
      .map(([name, it]) => [name, spend(Array.isArray(it) ? listOf(it) : textOf(it))]),
  );
};

const createBudget = () => {
  let length = 0;
  return (text: string): string => {
    length += text.length;
    if (length > MAX_RESPONSE_BYTES) throw paramsTooBig();
    return text;
  };
};

/** Numbers by arithmetic; `+` also joins texts, and numbers to them. Throws VkRefusal 13 for everything else. */
export const combine = (sign: '+' | '-' | '*' | '/' | '%', left: unknown, right: unknown): string | number => {
  if (typeof left === 'number' && typeof right === 'number') return calculate(sign, left, right);
  const isText = (it: unknown): it is string | number => typeof it === 'string' || typeof it === 'number';
  if (sign !== '+' || !isText(left) || !isText(right)) throw runtimeError(`unsupported operands of '${sign}'`);
  const joined = `${left}${right}`;
  if (joined.length > MAX_RESPONSE_BYTES) throw runtimeError('not enough memory');
  return joined;
};

const calculate = (sign: '+' | '-' | '*' | '/' | '%', left: number, right: number): number => {
  switch (sign) {
    case '+':
      return left + right;
    case '-':
      return left - right;
    case '*':
      return left * right;
    case '/':
    case '%':
      if (right === 0) throw runtimeError('division by zero');
      return sign === '/' ? left / right : left % right;
  }
};
