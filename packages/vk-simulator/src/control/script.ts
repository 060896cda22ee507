import type { RawParams } from '../api/params.ts';
import { type VkRefusal, refuseWith } from '../api/refusal.ts';
import type { Command, Fault } from './commands.ts';

type Rule = Extract<Command, { do: 'fail' }>;

export type Script = {
  add(rule: Rule): void;
  /** The fault planned for this request, if any; counts the request. */
  faultFor(method: string, params: RawParams): Fault | undefined;
  /** The error planned for a call inside `execute`. Only errors of rules that name the method reach there; counts the call. */
  errorInside(method: string, params: RawParams): VkRefusal | undefined;
  reset(): void;
};

/** Failures planned for calls to come. The oldest rule that matches decides; one that is used up is dropped. */
export const createScript = (): Script => {
  let rules: { readonly rule: Rule; seen: number }[] = [];

  const next = (method: string, params: RawParams, isMeant: (rule: Rule) => boolean): Fault | undefined => {
    const planned = rules.find(({ rule }) => isMeant(rule) && matches(rule, method, params));
    if (planned === undefined) return undefined;
    planned.seen += 1;
    const { after, times, with: fault } = planned.rule;
    if (planned.seen >= after + times) rules = rules.filter((it) => it !== planned);
    return planned.seen > after ? fault : undefined;
  };

  return {
    add: (rule) => void rules.push({ rule, seen: 0 }),
    faultFor: (method, params) => next(method, params, () => true),
    errorInside: (method, params) => {
      const fault = next(method, params, (rule) => rule.method !== undefined && rule.with.kind === 'error');
      return fault?.kind === 'error' ? refuseWith(fault.code, fault.message) : undefined;
    },
    reset: () => {
      rules = [];
    },
  };
};

const matches = (rule: Rule, method: string, params: RawParams): boolean =>
  (rule.method === undefined || rule.method === method) && Object.entries(rule.params).every(([name, value]) => params[name] === value);
