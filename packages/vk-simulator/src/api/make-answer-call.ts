import type { TokenRegistry } from '../limits/token-registry.ts';
import type { Call } from '../http/read-call.ts';
import type { World } from '../state/world.ts';
import type { Method } from './method.ts';
import { VkRefusal, refuse } from './refusal.ts';

export type Answer = {
  /** `ok` or the code of VK's error. */
  readonly outcome: 'ok' | number;
  readonly body: Readonly<Record<string, unknown>>;
};

type Deps = { readonly world: World; readonly methods: readonly Method[]; readonly tokens: TokenRegistry };

/** Answers a call as VK does: the method, the version, the token and its rate, then the parameters. */
export const makeAnswerCall = ({ world, methods, tokens }: Deps) => {
  const byName = new Map(methods.map((method) => [method.name, method]));
  const respond = (call: Call): unknown => {
    const method = byName.get(call.method);
    if (method === undefined) throw refuse(3);
    checkVersion(call.params['v']);
    tokens.admit(call.token, method.isForCommunityTokens);
    return method.answer(call.params, world);
  };
  return (call: Call): Answer => {
    try {
      return { outcome: 'ok', body: { response: respond(call) } };
    } catch (thrown) {
      if (thrown instanceof VkRefusal) return refusalAnswer(call, thrown);
      throw thrown;
    }
  };
};

/** VK's envelope of an error. It repeats the request, the token included: whoever logs it must take that out. */
export const refusalAnswer = ({ method, params, token }: Call, { vkCode, message }: VkRefusal): Answer => ({
  outcome: vkCode,
  body: {
    error: {
      error_code: vkCode,
      error_msg: message,
      request_params: [
        { key: 'oauth', value: '1' },
        { key: 'method', value: method },
        ...Object.entries(params).map(([key, value]) => ({ key, value })),
        ...(token === undefined ? [] : [{ key: 'access_token', value: token }]),
      ],
    },
  },
});

/** Shapes are those of 5.199; older versions that VK still serves get them too. */
const checkVersion = (version: string | undefined): void => {
  if (version === undefined || version === '') throw refuse(8, 'v (version) is required');
  const [, minor] = /^5\.(\d+)$/.exec(version) ?? [];
  if (minor === undefined || Number(minor) < 81) throw refuse(8, 'versions below 5.81 are deprecated');
};
