import type { Script } from '../control/script.ts';
import type { Call } from '../http/read-call.ts';
import type { TokenRegistry } from '../limits/token-registry.ts';
import type { World } from '../state/world.ts';
import { type InnerCall, executeCode } from './execute-code.ts';
import { EXECUTE, type Method } from './method.ts';
import { refusalText } from './refusal-text.ts';
import { VkRefusal, refuse } from './refusal.ts';

export type Answer = {
  /** `ok` or the code of VK's error. */
  readonly outcome: 'ok' | number;
  /** JSON. */
  readonly text: string;
  /** Whether the request counted for the rate of its token. */
  readonly isStarted: boolean;
  /** Calls that its script made, in order. */
  readonly inner: readonly InnerCall[];
};

type Deps = { readonly world: World; readonly methods: readonly Method[]; readonly tokens: TokenRegistry; readonly script: Script };

/** Answers a call as VK does: the method, the version, the token, its rate and its rights, then the parameters. */
export const makeAnswerCall = ({ world, methods, tokens, script }: Deps) => {
  const byName = new Map(methods.map((method) => [method.name, method]));

  const respond = (call: Call, seen: Seen): string => {
    const method = byName.get(call.method);
    if (method === undefined && call.method !== EXECUTE.name) throw refuse(3);
    checkVersion(call.params['v']);
    const token = tokens.start(call.token);
    seen.isStarted = true;
    token.use(method ?? EXECUTE);
    if (method !== undefined) return `{"response":${JSON.stringify(method.answer(call.params, world))}}`;
    return executeCode(call.params['code'], seen.inner, (name, params) => {
      const planned = script.errorInside(name, params);
      if (planned !== undefined) throw planned;
      const inner = byName.get(name);
      if (inner === undefined) throw refuse(3);
      token.use(inner);
      return inner.answer(params, world);
    });
  };

  return (call: Call): Answer => {
    const seen: Seen = { isStarted: false, inner: [] };
    try {
      return { outcome: 'ok', text: respond(call, seen), ...seen };
    } catch (thrown) {
      if (!(thrown instanceof VkRefusal)) throw thrown;
      return { outcome: thrown.vkCode, text: refusalText(call, thrown), ...seen };
    }
  };
};

/** What a request has come to so far, whether it ends well or not. */
type Seen = { isStarted: boolean; readonly inner: InnerCall[] };

/** Shapes are those of 5.199; older versions that VK still serves get them too. */
const checkVersion = (version: string | undefined): void => {
  if (version === undefined || version === '') throw refuse(8, 'v (version) is required');
  const [, minor] = /^5\.(\d+)$/.exec(version) ?? [];
  if (minor === undefined || Number(minor) < 81) throw refuse(8, 'versions below 5.81 are deprecated');
};
