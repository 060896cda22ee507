import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { sharedData, testWithData } from '@otklik/testing';
import { refuse } from '../api/refusal.ts';
import { runScript } from './run-script.ts';

const CAPTURES = sharedData('vk/captures/');
const read = (name: string): string => readFileSync(new URL(name, CAPTURES), 'utf8');

/** Runs a script whose calls answer with their own method and parameters; `fail.…` fails. */
const run = (code: string) => {
  const { json, errors } = runScript(code, (method, params) => {
    if (method.startsWith('fail.')) throw refuse(15, method);
    return { method, params, items: [{ id: 7, name: 'семь' }, { id: 8 }] };
  });
  return { response: JSON.parse(json), errors };
};
const responseOf = (code: string): unknown => run(code).response;

describe('VKScript', () => {
  test('when calls stand in a list, then their answers stand in the same order', () => {
    expect(run('return [API.wall.get({"owner_id":-1,"count":2}),API.users.get()];')).toEqual({
      response: [
        expect.objectContaining({ method: 'wall.get', params: { owner_id: '-1', count: '2' } }),
        expect.objectContaining({ method: 'users.get', params: {} }),
      ],
      errors: [],
    });
  });

  test.each([
    ['return 1 + 2 * 3 - -4;', 11],
    ['return (1 + 2) * 3 % 4 / 2;', 0.5],
    ['return "a" + 1 + \'b\\u0041\\n\\"\';', 'a1bA\n"'],
    ['return [1, [true, false, null,],];', [1, [true, false, null]]],
    ['return {a: 1, "b-c": {d: []}, 3: 4};', { a: 1, 'b-c': { d: [] }, 3: 4 }],
    ['return {"__proto__": 1}.__proto__;', 1],
    ['var a = 5, b; a = a * 2; return [a, b];', [10, null]],
    ['var a = API.x.y(); return a.items[0].id + 1;', 8],
    ['var a = API.x.y(); return a["items"][1 - 1]["na" + "me"].length;', 4],
    ['var a = API.x.y(); return [a.items.length, a.items[9], a.nothing.at.all, a.items.map];', [2, null, null, null]],
    ['return API.x.y().items@.id;', [7, 8]],
    ['return API.x.y().items@.name;', ['семь', null]],
    ['return 1@.id;', null],
    ['// nothing\n/* to\nsee */ return;', null],
    ['var a = 1;', null],
    ['', null],
    [';;return 1;return 2;', 1],
  ])('when asked %s, then %j', (code, response) => {
    expect(responseOf(code)).toEqual(response);
  });

  test('when parameters are numbers, flags, lists and objects, then they come as over HTTP', () => {
    const code = 'var p = [1, "b"]; return API.a.b({n: -1.5, s: "x", y: true, no: false, l: p, o: {k: p}, z: null}).params;';
    expect(responseOf(code)).toEqual({ n: '-1.5', s: 'x', y: '1', no: '0', l: '1,b', o: '{"k":[1,"b"]}' });
  });

  test('when a call fails, then it is false, its error is noted in order, and the script goes on', () => {
    expect(run('var a = API.fail.one(); return [a, API.x.y().method, API.fail.two(), a.items[0].id];')).toEqual({
      response: [false, 'x.y', false, null],
      errors: [
        { method: 'fail.one', error_code: 15, error_msg: 'Access denied: fail.one' },
        { method: 'fail.two', error_code: 15, error_msg: 'Access denied: fail.two' },
      ],
    });
  });

  test.each([
    ['return 1', "Unable to compile code: ';' expected, '' found in line 1"],
    ['var a = 1;\nreturn b;', "Unable to compile code: unknown identifier 'b' in line 2"],
    ['return #;', "Unable to compile code: unexpected '#' in line 1"],
    ['return "open;', "Unable to compile code: unexpected '\"' in line 1"],
    ['while (1) {}', "Unable to compile code: unknown identifier 'while' in line 1"],
    ['return [1;', "Unable to compile code: ']' expected, ';' found in line 1"],
    ['1 = 2;', "Unable to compile code: can't assign to '1' in line 1"],
    ['var API = 1;', "Unable to compile code: 'API' can't be a name in line 1"],
    ['return API.;', "Unable to compile code: identifier expected, ';' found in line 1"],
    [`return ${'['.repeat(200)}`, 'Unable to compile code: too deep nesting in line 1'],
  ])('when it reads %s, then 12 says what is wrong', (code, message) => {
    expect(() => run(code)).toThrow(expect.objectContaining({ vkCode: 12, message }));
  });

  const twentySix = Array.from({ length: 26 }, () => 'API.x.y()').join();
  const doubled = Array.from({ length: 60 }, () => 'a = [a, a];').join('');
  test.each([
    [`return [${twentySix}];`, 'too many API calls'],
    [`return ${'1+'.repeat(1_001)}1;`, 'too many operations'],
    [`var a = "x"; ${'a = a + a;'.repeat(60)} return 1;`, 'not enough memory'],
    [`var a = "x"; ${doubled} return a;`, 'response size is too big'],
    [`var a = "x"; ${doubled} return API.x.y({a: a});`, 'parameters are too big'],
    ['return 1 / 0;', 'division by zero'],
    ['return {} + 1;', "unsupported operands of '+'"],
    ['return API.x.y(1);', 'parameters of a method must be an object'],
  ])('when it runs %.40s…, then 13 says what is wrong', (code, message) => {
    expect(() => run(code)).toThrow(
      expect.objectContaining({ vkCode: 13, message: `Runtime error occurred during code invocation: ${message}` }),
    );
  });

  test('when the answer is just below 5 MB, then it passes; one byte more does not', () => {
    const answering = (bytes: number) => runScript('return API.x.y();', () => 'ж'.repeat((bytes - 2) / 2)).json;
    expect(Buffer.byteLength(answering(5_242_880))).toBe(5_242_880);
    expect(() => answering(5_242_882)).toThrow('response size is too big');
  });

  testWithData(CAPTURES)('when the scripts of a client come, then they run or fail as VK itself captured it', () => {
    const users = [{ last_name: 'Тишко' }, { last_name: 'Бледнов' }, { last_name: 'Касимова' }];
    const answer = (method: string) => (method === 'users.get' ? users : { items: [{ owner_id: 1 }] });
    const { response } = JSON.parse(read('Execute.ExecuteTest.json'));
    expect(JSON.parse(runScript(read('Execute.ExecuteTest.vkscript'), answer).json)).toEqual(response);
    const { error } = JSON.parse(read('Errors.12.json'));
    expect(() => runScript(read('Execute.ExecuteErrorTest.vkscript').trim(), answer)).toThrow(
      expect.objectContaining({ vkCode: error.error_code, message: error.error_msg }),
    );
  });
});
