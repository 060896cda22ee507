import type { RawParams } from '../api/params.ts';
import { type VkRefusal, refuseWith } from '../api/refusal.ts';
import { type Random, createRandom } from '../population/random.ts';
import type { Command } from './commands.ts';
import type { Fault } from './fault.ts';

type Rule = Extract<Command, { do: 'fail' | 'failSometimes' }>;
type Planned = { readonly rule: Extract<Rule, { do: 'fail' }>; seen: number };
type Chance = { readonly rule: Extract<Rule, { do: 'failSometimes' }>; readonly random: Random };

export type Script = {
  add(rule: Rule): void;
  /** The fault for this request, if any; counts the request. */
  faultFor(method: string, params: RawParams): Fault | undefined;
  /** The error for a call inside `execute`. Only errors of rules that name the method reach there; counts the call. */
  errorInside(method: string, params: RawParams): VkRefusal | undefined;
  reset(): void;
};

/** Failures of calls to come. The oldest planned rule that matches decides, and without one the first chance that comes true. */
export const createScript = (): Script => {
  let plan: readonly Planned[] = [];
  let chances: readonly Chance[] = [];

  const planned = (isMeant: (rule: Rule) => boolean): Planned | undefined => {
    const found = plan.find(({ rule }) => isMeant(rule));
    if (found === undefined) return undefined;
    found.seen += 1;
    if (found.seen >= found.rule.after + found.rule.times) plan = plan.filter((it) => it !== found);
    return found;
  };

  const next = (isMeant: (rule: Rule) => boolean, faultsOf: (rule: Rule) => readonly Fault[]): Fault | undefined => {
    const found = planned(isMeant);
    if (found !== undefined) return found.seen > found.rule.after ? found.rule.with : undefined;
    const fails = chances.find(({ rule, random }) => isMeant(rule) && random.chance(rule.rate));
    return fails?.random.pick(faultsOf(fails.rule));
  };

  return {
    add: (rule) => {
      if (rule.do === 'fail') plan = [...plan, { rule, seen: 0 }];
      else chances = [...chances, { rule, random: createRandom(rule.seed, 'fail-sometimes') }];
    },
    faultFor: (method, params) => next((rule) => matches(rule, method, params), faultsIn),
    errorInside: (method, params) => {
      const fault = next((rule) => rule.method !== undefined && errorsIn(rule).length > 0 && matches(rule, method, params), errorsIn);
      return fault?.kind === 'error' ? refuseWith(fault.code, fault.message) : undefined;
    },
    reset: () => {
      plan = [];
      chances = [];
    },
  };
};

const faultsIn = (rule: Rule): readonly Fault[] => (rule.do === 'fail' ? [rule.with] : rule.with);
const errorsIn = (rule: Rule): readonly Fault[] => faultsIn(rule).filter(({ kind }) => kind === 'error');

const matches = (rule: Rule, method: string, params: RawParams): boolean =>
  (rule.method === undefined || rule.method === method) && Object.entries(rule.params).every(([name, value]) => params[name] === value);
