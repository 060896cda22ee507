import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Answer } from '../api/make-answer-call.ts';
import { Counts, addCounts, countOne, emptyCounts, methodIn } from './counts.ts';

export type CountedRequest = Pick<Answer, 'isStarted' | 'inner'> & {
  readonly token: string | undefined;
  readonly method: string;
  /** Unix time in milliseconds. */
  readonly time: number;
  /** `ok`, the code of VK's error, or what the gateway did. */
  readonly outcome: string | number;
};

/** Unix times in milliseconds, cut down to whole seconds; `until` is not included. */
export type Span = { readonly since?: number | undefined; readonly until?: number | undefined };

export const Statistics = z.object({
  total: Counts,
  /** The first 16 digits of the token's SHA-256, or `none`. */
  tokens: z.array(Counts.extend({ fingerprint: z.string() })),
});
export type Statistics = z.output<typeof Statistics>;

export type RequestStatistics = {
  add(request: CountedRequest): void;
  of(span: Span): Statistics;
  reset(): void;
};

/** Seconds that can be told apart; what is older counts as before everything. */
const KEPT_SECONDS = 7_200;

/** Counts of requests per token and second: their size does not depend on how many there were. */
export const createRequestStatistics = (): RequestStatistics => {
  const tokens = new Map<string, Map<number, Counts>>();
  return {
    add: (request) => {
      const seconds = kept(tokens, fingerprintOf(request.token), () => new Map<number, Counts>());
      count(
        kept(seconds, Math.floor(request.time / 1_000), () => emptyCounts()),
        request,
      );
      if (seconds.size > KEPT_SECONDS) forgetOldest(seconds);
    },
    of: ({ since = -Infinity, until = Infinity }) => {
      const total = emptyCounts();
      const counted = [...tokens].map(([fingerprint, seconds]) => {
        const sum = emptyCounts();
        for (const [second, counts] of seconds) if (second >= Math.floor(since / 1_000) && second * 1_000 < until) addCounts(sum, counts);
        addCounts(total, sum);
        return { fingerprint, ...sum };
      });
      return { total, tokens: counted };
    },
    reset: () => tokens.clear(),
  };
};

/** How a token is named without giving it away. */
export const fingerprintOf = (token: string | undefined): string =>
  token === undefined || token === '' ? 'none' : createHash('sha256').update(token).digest('hex').slice(0, 16);

const kept = <K, V>(map: Map<K, V>, key: K, make: () => V): V => {
  const value = map.get(key) ?? make();
  map.set(key, value);
  return value;
};

const count = (counts: Counts, { isStarted, inner, method, outcome }: CountedRequest): void => {
  counts.arrived += 1;
  if (isStarted) counts.started += 1;
  if (typeof outcome === 'number') countOne(counts.refused, outcome);
  else if (outcome !== 'ok') countOne(counts.faults, outcome);
  methodIn(counts, method).requests += 1;
  for (const call of inner) {
    const ofMethod = methodIn(counts, call.method);
    ofMethod.innerCalls += 1;
    if (call.outcome !== 'ok') countOne(ofMethod.innerRefused, call.outcome);
  }
};

const forgetOldest = (seconds: Map<number, Counts>): void => {
  const older = seconds.get(-Infinity) ?? emptyCounts();
  for (const [second, counts] of seconds) {
    if (second === -Infinity) continue;
    addCounts(older, counts);
    seconds.delete(second);
    break;
  }
  seconds.set(-Infinity, older);
};
