import type { RawParams } from '../api/params.ts';
import { MAX_OPERATIONS } from './limits.ts';
import type { Written } from './render-json.ts';
import { runtimeError } from './script-errors.ts';
import type { Expression, Statement } from './syntax.ts';
import { combine, memberOf, paramsOf } from './values.ts';

/** Calls a method of the API with the token of the script. */
export type CallMethod = (method: string, params: RawParams) => unknown;

export type Machine = {
  /** Gets what the script itself writes. */
  readonly written: Written;
  readonly call: CallMethod;
};

/** The value that the statements return, null when they return none. Throws VkRefusal 13, and what `call` throws. */
export const evaluate = (statements: readonly Statement[], machine: Machine): unknown => {
  const variables = new Map<string, unknown>();
  const valueOf = makeValueOf(variables, machine);
  for (const statement of statements) {
    const value = valueOf(statement.value);
    if (statement.kind === 'return') return value;
    if (statement.kind === 'set') variables.set(statement.name, value);
  }
  return null;
};

const makeValueOf = (variables: ReadonlyMap<string, unknown>, { written, call }: Machine) => {
  const spend = createBudget();
  const keep = <T extends object>(value: T): T => {
    written.add(value);
    return value;
  };
  const each = (of: unknown, key: string): unknown => {
    if (!Array.isArray(of)) return null;
    spend(Math.floor(of.length / 100));
    return keep(of.map((item) => memberOf(item, key)));
  };
  const valueOf = (expression: Expression): unknown => {
    if (expression.kind === 'literal') return expression.value;
    if (expression.kind === 'variable') return variables.get(expression.name) ?? null;
    spend(1);
    switch (expression.kind) {
      case 'array':
        return keep(expression.items.map(valueOf));
      case 'object':
        return keep(Object.fromEntries(expression.entries.map(([key, value]) => [key, valueOf(value)])));
      case 'call':
        return call(expression.method, expression.params === undefined ? {} : paramsOf(valueOf(expression.params), written));
      case 'member':
        return memberOf(valueOf(expression.of), valueOf(expression.key));
      case 'each':
        return each(valueOf(expression.of), expression.key);
      case 'minus':
        return combine('-', 0, valueOf(expression.of));
      case 'binary':
        return combine(expression.sign, valueOf(expression.left), valueOf(expression.right));
    }
  };
  return valueOf;
};

/** Operations are counted before they are done, so that they also bound how deep evaluation calls itself. */
const createBudget = () => {
  let spent = 0;
  return (operations: number): void => {
    spent += operations;
    if (spent > MAX_OPERATIONS) throw runtimeError('too many operations');
  };
};
