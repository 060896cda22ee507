import { VkRefusal } from '../api/refusal.ts';
import { type CallMethod, evaluate } from './evaluate.ts';
import { MAX_CALLS } from './limits.ts';
import { parseScript } from './parse-script.ts';
import { type Written, renderJson } from './render-json.ts';
import { runtimeError } from './script-errors.ts';

export type ScriptError = { readonly method: string; readonly error_code: number; readonly error_msg: string };

export type ScriptResult = {
  /** What was returned, as JSON. */
  readonly json: string;
  /** Of the calls that failed, in order; each of them became `false`. */
  readonly errors: readonly ScriptError[];
};

/** Reads and runs a script; `callMethod` throws VkRefusal for calls that fail. Throws VkRefusal: 12 when it can't be read, 13 when it can't go on or passes a limit. */
export const runScript = (code: string, callMethod: CallMethod): ScriptResult => {
  const statements = parseScript(code);
  const written: Written = new WeakSet();
  const errors: ScriptError[] = [];
  const value = evaluate(statements, { written, call: makeCall(callMethod, errors) });
  return { json: renderJson(value, written, () => runtimeError('response size is too big')), errors };
};

const makeCall = (callMethod: CallMethod, errors: ScriptError[]): CallMethod => {
  let calls = 0;
  return (method, params) => {
    calls += 1;
    if (calls > MAX_CALLS) throw runtimeError('too many API calls');
    try {
      return callMethod(method, params);
    } catch (thrown) {
      if (!(thrown instanceof VkRefusal)) throw thrown;
      errors.push({ method, error_code: thrown.vkCode, error_msg: thrown.message });
      return false;
    }
  };
};
