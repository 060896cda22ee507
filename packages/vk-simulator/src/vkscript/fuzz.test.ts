import { describe, expect, test } from '@jest/globals';
import { deep } from '@otklik/testing';
import fc from 'fast-check';
import { VkRefusal } from '../api/refusal.ts';
import { MAX_CALLS } from './limits.ts';
import { runScript } from './run-script.ts';

const page = { count: 2, items: [{ id: 1, text: 'раз' }, { id: 2 }] };

/** Either an answer that is JSON, or VK's 12 or 13; never anything else, and never more calls than allowed. */
const expectAnswer = (code: string): void => {
  let calls = 0;
  const callMethod = () => {
    calls += 1;
    return page;
  };
  try {
    JSON.parse(runScript(code, callMethod).json);
  } catch (thrown) {
    if (!(thrown instanceof VkRefusal)) throw thrown;
    expect([12, 13]).toContain(thrown.vkCode);
  }
  expect(calls).toBeLessThanOrEqual(MAX_CALLS);
};

const pieces = [
  ['var', 'return', 'API', 'API.wall.get(', 'true', 'null', 'a', 'b', 'items', 'length', '__proto__', 'constructor'],
  ['{', '}', '[', ']', '(', ')', ',', ';', ':', '.', '=', '+', '-', '*', '/', '%', '@.', '//', '/*', '*/', '"', "'", '\\', '\n', ' '],
  ['0', '1', '25', '1.5', '9'.repeat(400), '"a"', '"\\ud800"', '#', 'ж'],
].flat();

const { script } = fc.letrec<{ value: string; script: string }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom('a', 'b', '1', '"x"', 'null', 'API.x.y()', '[]', '{}'),
    fc.tuple(tie('value'), tie('value')).map(([left, right]) => `[${left},${right}]`),
    fc.tuple(tie('value'), tie('value')).map(([left, right]) => `{"k":${left},k2:${right}}`),
    fc.tuple(tie('value'), fc.constantFrom('+', '-', '*', '/', '%'), tie('value')).map((parts) => parts.join('')),
    tie('value').map((of) => `${of}.items@.id`),
    fc.tuple(tie('value'), tie('value')).map(([of, key]) => `(${of})[${key}]`),
    tie('value').map((params) => `API.wall.get({"owner_id":${params}})`),
  ),
  script: fc
    .array(fc.tuple(fc.constantFrom('a', 'b'), tie('value')), { maxLength: 30 })
    .map((sets) => `var a=1,b=[];${sets.map(([name, value]) => `${name}=${value};`).join('')}return [a,b];`),
}));

describe('any script', () => {
  test('whatever characters come, then it ends with an answer, 12 or 13', () => {
    const text = fc.uint16Array({ maxLength: 300 }).map((units) => String.fromCharCode(...units));
    fc.assert(fc.property(text, expectAnswer), { numRuns: deep(150, 50_000) });
  });

  test('whatever order its words come in, then it ends with an answer, 12 or 13', () => {
    const words = fc.array(fc.constantFrom(...pieces), { maxLength: 60 }).map((it) => it.join(''));
    fc.assert(fc.property(words, expectAnswer), { numRuns: deep(500, 100_000) });
  });

  test('whatever a well-formed one does, then it ends with an answer or 13', () => {
    fc.assert(fc.property(script, expectAnswer), { numRuns: deep(300, 20_000) });
  });

  test('when a megabyte of one thing comes, then it ends as well', () => {
    for (const piece of [...pieces, '[a', 'a.', '1+', '-', 'a@.b', '{a:', 'var a;', '"\\', 'a=[a,a];', ' ']) {
      const many = piece.repeat(Math.floor(deep(20_000, 1_000_000) / piece.length));
      expectAnswer(many);
      expectAnswer(`var a=[1];return ${many}`);
    }
  });
});
