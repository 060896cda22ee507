import { type Clock, type PacingTurn, toAppError } from '@otklik/shared';
import type { VkErrorBody } from '../errors/to-api-error.ts';
import type { Envelope } from '../transport/envelope.ts';
import type { VkRequest } from '../transport/http.ts';

/** No more than this, whatever happens: a probe must not use up what it looks at. */
export const MAX_PROBE_REQUESTS = 15;

const API_VERSION = '5.199';
const TOO_MANY = 6;
const WAIT_MS = 1_000;

/** What came of one request. */
export type Reply =
  | { readonly kind: 'answered'; readonly response: unknown }
  | { readonly kind: 'refused'; readonly vkCode: number; readonly isAboutAddress: boolean; readonly isAboutRights: boolean }
  | { readonly kind: 'failed'; readonly sentence: string }
  | { readonly kind: 'not_tried' };

export type Params = Readonly<Record<string, string | number>>;

/** One request with the token. */
export type ProbePost = (request: Omit<VkRequest, 'token'>, signal: AbortSignal) => Promise<Envelope>;

type Turn = Pick<PacingTurn, 'started'> | undefined;

type Deps = {
  readonly post: ProbePost;
  readonly clock: Clock;
  /** Resolves when the next request may start, of the first one at once. undefined: nobody wants to know when it did. */
  readonly pace: () => Promise<Turn>;
  /** Whether others use the token at the same pace: then a burst would take what is theirs. */
  readonly isShared: boolean;
  readonly signal: AbortSignal;
};

/** Asks one thing after another at the pace of the token, and counts. */
export const createProbeRequests = ({ post, clock, pace, isShared, signal }: Deps) => {
  const calls = new Map<string, number>();
  let requests = 0;

  const once = async (method: string, params: Params, turnOf: () => Promise<Turn>): Promise<Reply> => {
    // Before the turn: it would be taken from others for nothing.
    if (requests >= MAX_PROBE_REQUESTS) return { kind: 'not_tried' };
    requests += 1;
    calls.set(method, (calls.get(method) ?? 0) + 1);
    const turn = await turnOf();
    const encoded = new URLSearchParams({ v: API_VERSION });
    for (const [name, value] of Object.entries(params)) encoded.set(name, String(value));
    try {
      const envelope = await post({ method, params: encoded, onStart: turn?.started }, signal);
      return 'error' in envelope ? toRefusal(envelope.error) : { kind: 'answered', response: envelope.response };
    } catch (thrown) {
      signal.throwIfAborted();
      return { kind: 'failed', sentence: toAppError(thrown).message };
    }
  };

  /** A token that nobody else uses needs none. */
  const turnAmongOthers = async (): Promise<Turn> => (isShared ? pace() : undefined);

  return {
    /** Once more after a second where others use the token at the same time. */
    ask: async (method: string, params: Params): Promise<Reply> => {
      const reply = await once(method, params, pace);
      if (reply.kind !== 'refused' || reply.vkCode !== TOO_MANY) return reply;
      await clock.sleep(WAIT_MS, signal);
      return once(method, params, turnAmongOthers);
    },
    /** How many of so many requests that start together, or each at its turn, are too many for VK; null when there is no room for them, or one was lost. */
    burst: async (count: number, method: string, params: Params): Promise<number | null> => {
      if (requests + count > MAX_PROBE_REQUESTS) return null;
      // VK counts within a second: what was asked before is none of this.
      if (!isShared) await clock.sleep(WAIT_MS, signal);
      const replies = await Promise.all(Array.from({ length: count }, () => once(method, params, turnAmongOthers)));
      if (replies.some(({ kind }) => kind === 'failed')) return null;
      return replies.filter((reply) => reply.kind === 'refused' && reply.vkCode === TOO_MANY).length;
    },
    requests: (): number => requests,
    calls: (): Readonly<Record<string, number>> => Object.fromEntries(calls),
  };
};

export type ProbeRequests = ReturnType<typeof createProbeRequests>;

const toRefusal = ({ error_code: vkCode, error_msg: words }: VkErrorBody): Reply => ({
  kind: 'refused',
  vkCode,
  isAboutAddress: words?.isAboutAddress ?? false,
  isAboutRights: words?.isAboutRights ?? false,
});
