import type { Clock, Pacing } from '@otklik/shared';
import { vkErrorRule } from '../errors/error-table.ts';
import { createVkHttp } from '../transport/http.ts';
import { type Findings, MAX_LOST, OF_USERS, probeMethods } from './probe-methods.ts';
import { MAX_PROBE_REQUESTS, type ProbePost, type ProbeRequests, createProbeRequests } from './probe-requests.ts';
import type { VkTokenProbe } from './token-probe.ts';

export type ProbeInput = {
  readonly token: string;
  /** What it is used with: the pace of the probe, and what a burst tries. */
  readonly requestsPerSecond: number;
  /** Names its pacing, where that is shared. */
  readonly fingerprint?: string;
  readonly signal: AbortSignal;
};

export type ProbeVkToken = (input: ProbeInput) => Promise<VkTokenProbe>;

type Deps = {
  /** Without `/method`: `https://api.vk.com`. */
  readonly baseUrl: string;
  /** A wall that everybody may read: a screen name or a signed id. */
  readonly wall: string;
  readonly clock: Clock;
  /** That of those who collect with the token. Default: nobody else uses it. */
  readonly pacing?: Pick<Pacing, 'turn'> | undefined;
  /** Limit of one request. Default 10 s. */
  readonly timeoutMs?: number;
};

/**
 * Finds out what a token can do, with at most 15 requests, each at the pace of the token. Nothing is tried again but what came
 * too fast, and after two requests without an answer it stops. Rejects with the signal's reason only: what VK refuses is the finding.
 */
export const makeProbeVkToken =
  ({ baseUrl, wall, clock, pacing, timeoutMs = 10_000 }: Deps): ProbeVkToken =>
  async (input) => {
    const { token, requestsPerSecond, signal } = input;
    const http = createVkHttp({ baseUrl, timeoutMs, maxBytes: MAX_ANSWER_BYTES });
    const post: ProbePost = (request, stop) => http.post({ ...request, token }, stop);
    try {
      const requests = createProbeRequests({ post, clock, ...paceOf(input, { clock, pacing }), signal });
      const findings = await probeMethods(requests, wall);
      const rate = await probeRate(requests, findings, { requestsPerSecond, wall });
      return { ...judge(findings), rate, requests: requests.requests(), calls: requests.calls() };
    } finally {
      await http.close();
    }
  };

/** In turn with those who collect, where that is known; or else in even steps. */
const paceOf = ({ fingerprint, requestsPerSecond: perSecond, signal }: ProbeInput, { clock, pacing }: Pick<Deps, 'clock' | 'pacing'>) => {
  if (pacing !== undefined && fingerprint !== undefined)
    return { isShared: true, pace: () => pacing.turn(fingerprint, { perSecond }, signal) };
  let isFirst = true;
  const pace = async (): Promise<undefined> => {
    if (!isFirst) await clock.sleep(1_000 / perSecond, signal);
    isFirst = false;
  };
  return { isShared: false, pace };
};

const MAX_ANSWER_BYTES = 16 * 1_048_576;

type RateOptions = { readonly requestsPerSecond: number; readonly wall: string };

const probeRate = async (
  requests: ProbeRequests,
  { fault, lost }: Findings,
  { requestsPerSecond: configured, wall }: RateOptions,
): Promise<VkTokenProbe['rate']> => {
  const count = Math.floor(configured);
  const notTried = { configured, atOnce: null, refused: null };
  if (fault !== null || lost !== null) return { ...notTried, detail: 'not tried' };
  if (count < 2) return { ...notTried, detail: 'not found out: too low for several requests at once' };
  if (requests.requests() + count > MAX_PROBE_REQUESTS)
    return { ...notTried, detail: `not found out: ${count} at once are more than the ${MAX_PROBE_REQUESTS} requests of a probe allow` };
  const refused = await requests.burst(count, 'utils.resolveScreenName', { screen_name: wall });
  if (refused === null) return { ...notTried, detail: 'not found out: not all requests were answered' };
  const detail =
    refused === 0
      ? `VK took ${count} requests within a second`
      : `VK called ${refused} of ${count} requests within a second too many: use a lower rate, unless others used the token just then`;
  return { configured, atOnce: count, refused, detail };
};

type Judged = Omit<VkTokenProbe, 'rate' | 'requests' | 'calls'>;

const judge = ({ methods, fault, isAddressBound, lost }: Findings): Judged => {
  const execute = methods.find(({ method }) => method === 'execute')?.may;
  const base = {
    methods,
    kind: kindOf(methods),
    mayExecute: execute === 'yes' ? true : execute === 'no' ? false : null,
    address: isAddressBound ? ('bound' as const) : ('no_sign' as const),
  };
  if (fault !== null) return { ...base, ...fault, summary: summaryOf(fault.vkCode, isAddressBound) };
  if (lost !== null)
    return {
      ...base,
      verdict: 'unknown',
      vkCode: null,
      summary: `VK was not reached: ${MAX_LOST} requests got no answer, so nothing else was tried. ${lost}`,
    };
  const needed = methods.filter(({ isNeeded }) => isNeeded);
  const refused = needed.find(({ may }) => may === 'no');
  if (refused !== undefined)
    return { ...base, verdict: 'invalid', vkCode: refused.vkCode, summary: `It may not call ${refused.method}. ${refused.detail}` };
  const limited = needed.find(({ may }) => may === 'limited');
  if (limited !== undefined)
    return { ...base, verdict: 'limited', vkCode: limited.vkCode, summary: `VK holds ${limited.method} back for now. ${limited.detail}` };
  const unclear = needed.find(({ may }) => may !== 'yes');
  if (unclear !== undefined)
    return { ...base, verdict: 'unknown', vkCode: unclear.vkCode, summary: `${unclear.method} could not be tried. ${unclear.detail}` };
  const batches = base.mayExecute === true ? 'in batches' : 'one call at a time';
  return { ...base, verdict: 'ready', vkCode: null, summary: `It can collect, ${batches}.` };
};

const summaryOf = (vkCode: number, isAddressBound: boolean): string =>
  isAddressBound
    ? 'The token was made for another IP address than that of this machine. Make one here, or use a service key.'
    : vkErrorRule(vkCode).sentence;

/** 27: "unavailable with group auth"; 28: "unavailable with service token" (negezor/vk-io#18, #177). */
const kindOf = (methods: Findings['methods']): VkTokenProbe['kind'] => {
  const codes = (name: string) => methods.find(({ method }) => method === name);
  if (codes('wall.get')?.vkCode === 27 || codes(OF_USERS)?.vkCode === 27) return 'community';
  if (codes(OF_USERS)?.vkCode === 28) return 'service';
  return codes(OF_USERS)?.may === 'yes' ? 'user' : null;
};
