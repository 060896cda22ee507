import { describe, expect, test } from '@jest/globals';
import { executeCode } from './execute-code.ts';
import { readExecute } from './read-execute.ts';

const methods = ['wall.get', 'wall.getComments', 'wall.get'] as const;

describe('a script for VK', () => {
  test('when calls are written down, then ids are numbers, and stay text where a number could not hold them', () => {
    const params = { owner_id: '-1', post_id: '9223372036854775807', start_comment_id: '0012', comment_id: undefined, fields: 'a"b\\' };
    expect(
      executeCode([
        { method: 'wall.getComments', params },
        { method: 'wall.get', params: { count: 5 } },
      ]),
    ).toBe(
      String.raw`return [API.wall.getComments({"owner_id":-1,"post_id":"9223372036854775807","start_comment_id":"0012","fields":"a\"b\\"}),API.wall.get({"count":5})];`,
    );
  });

  test('when calls fail, then errors belong to the places of false in order', () => {
    const execute_errors = [{ error_code: 15, method: 'wall.get' }, { error_code: 212 }];
    const ends = readExecute(methods, { response: [false, false, { items: [] }], execute_errors });
    expect(ends).toMatchObject([
      { error: { vkCode: 15, method: 'wall.get' } },
      { error: { vkCode: 212, method: 'wall.getComments' } },
      { response: { items: [] } },
    ]);
  });

  test('when a call failed without an error, then that one is a bad answer', () => {
    expect(readExecute(methods, { response: [false, 1, 2] })).toMatchObject([
      { error: { code: 'VK_BAD_ANSWER' } },
      { response: 1 },
      { response: 2 },
    ]);
  });

  test('when there is no list of answers, then the first error is that of the whole', () => {
    expect(() => readExecute(methods, { response: null, execute_errors: [{ error_code: 13 }] })).toThrow(
      expect.objectContaining({ vkCode: 13, method: 'execute' }),
    );
    expect(() => readExecute(methods, { response: [1] })).toThrow(expect.objectContaining({ code: 'VK_BAD_ANSWER' }));
  });
});
