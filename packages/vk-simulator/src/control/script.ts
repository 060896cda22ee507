import type { RawParams } from '../api/params.ts';
import type { Command, Fault } from './commands.ts';

type Rule = Extract<Command, { do: 'fail' }>;

export type Script = {
  add(rule: Rule): void;
  /** The fault planned for this call, if any; counts the call. */
  faultFor(method: string, params: RawParams): Fault | undefined;
  reset(): void;
};

/** Failures planned for calls to come. The oldest rule that matches decides; one that is used up is dropped. */
export const createScript = (): Script => {
  let rules: { readonly rule: Rule; seen: number }[] = [];
  return {
    add: (rule) => void rules.push({ rule, seen: 0 }),
    faultFor: (method, params) => {
      const planned = rules.find(({ rule }) => matches(rule, method, params));
      if (planned === undefined) return undefined;
      planned.seen += 1;
      const { after, times, with: fault } = planned.rule;
      if (planned.seen >= after + times) rules = rules.filter((it) => it !== planned);
      return planned.seen > after ? fault : undefined;
    },
    reset: () => {
      rules = [];
    },
  };
};

const matches = (rule: Rule, method: string, params: RawParams): boolean =>
  (rule.method === undefined || rule.method === method) && Object.entries(rule.params).every(([name, value]) => params[name] === value);
