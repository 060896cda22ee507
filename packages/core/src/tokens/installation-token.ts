import type { VkCallCount, VkTokenKind } from '@otklik/contracts';
import { dayOf } from './call-ledger.ts';
import { fingerprintOf } from './token-secret.ts';
import type { UsableMethod, UsableToken } from './usable-token.ts';

/** The `tokenId` of the token of the environment: it is no row, and all that is known of it is forgotten with the process. */
export const INSTALLATION = 'installation';

export type InstallationOptions = { readonly secret: string; readonly kind: VkTokenKind; readonly requestsPerSecond: number };

type Facts = { readonly mayExecute?: boolean; readonly dailyCap?: { readonly method: string; readonly calls: number } };

/** The token of the environment, as a pool of one. */
export type InstallationToken = {
  /** None once VK has refused it. */
  tokens(): readonly UsableToken[];
  park(input: { readonly method: string | null; readonly until: Date }): void;
  invalidate(): void;
  learn(facts: Facts): void;
  count(calls: readonly VkCallCount[]): void;
};

const UNKNOWN = { parkedUntil: null, dailyCap: null, callsToday: 0, firstCallAt: null };

export const createInstallationToken = ({ secret, kind, requestsPerSecond }: InstallationOptions): InstallationToken => {
  const methods = new Map<string, UsableMethod & { readonly day: string }>();
  const base = { tokenId: INSTALLATION, kind, secret, fingerprint: fingerprintOf(secret), requestsPerSecond };
  let mayExecute: boolean | null = null;
  let parkedUntil: Date | null = null;
  let isInvalid = false;

  const ofToday = (method: string) => {
    const day = dayOf(new Date());
    const known = methods.get(method) ?? { method, day, ...UNKNOWN };
    return known.day === day ? known : { ...known, day, callsToday: 0, firstCallAt: null };
  };
  const set = (method: string, facts: Partial<UsableMethod>): void => void methods.set(method, { ...ofToday(method), ...facts });

  return {
    tokens: () => {
      const all = [...methods.keys()].map(ofToday).map(({ day: _day, ...method }) => method);
      return isInvalid ? [] : [{ ...base, mayExecute, parkedUntil, methods: all }];
    },
    park: ({ method, until }) => {
      if (method !== null) set(method, { parkedUntil: until });
      else if (parkedUntil === null || parkedUntil < until) parkedUntil = until;
    },
    invalidate: () => {
      isInvalid = true;
    },
    learn: (facts) => {
      mayExecute = facts.mayExecute ?? mayExecute;
      if (facts.dailyCap !== undefined) set(facts.dailyCap.method, { dailyCap: facts.dailyCap.calls });
    },
    count: (calls) => {
      for (const { method, calls: more } of calls) {
        const { callsToday, firstCallAt } = ofToday(method);
        set(method, { callsToday: callsToday + more, firstCallAt: firstCallAt ?? new Date() });
      }
    },
  };
};
