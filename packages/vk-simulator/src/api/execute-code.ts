import { type ScriptError, runScript } from '../vkscript/run-script.ts';
import type { RawParams } from './params.ts';
import { missing } from './params.ts';
import { VkRefusal } from './refusal.ts';

/** A call that a script made. */
export type InnerCall = { readonly method: string; readonly params: RawParams; readonly outcome: 'ok' | number };

type CallMethod = (method: string, params: RawParams) => unknown;

/** The answer of `execute` as JSON; every call is noted in `made`. Throws VkRefusal: 100 without a script, 12, 13. */
export const executeCode = (code: string | undefined, made: InnerCall[], callMethod: CallMethod): string => {
  if (code === undefined || code === '') throw missing('code');
  const { json, errors } = runScript(code, (method, params) => {
    try {
      const answer = callMethod(method, params);
      made.push({ method, params, outcome: 'ok' });
      return answer;
    } catch (thrown) {
      if (thrown instanceof VkRefusal) made.push({ method, params, outcome: thrown.vkCode });
      throw thrown;
    }
  });
  return `{"response":${json}${errorsText(errors)}}`;
};

const errorsText = (errors: readonly ScriptError[]): string => (errors.length === 0 ? '' : `,"execute_errors":${JSON.stringify(errors)}`);
