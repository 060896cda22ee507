import { describe, expect, test } from '@jest/globals';
import { parseLossless } from './lossless-json.ts';

describe('JSON with 64-bit ids (trap 8)', () => {
  test('when an integer is too long for a number, then its digits stay as they are', () => {
    expect(parseLossless('{"id":9223372036854775807,"ids":[-9223372036854775807,1]}')).toEqual({
      id: '9223372036854775807',
      ids: ['-9223372036854775807', 1],
    });
  });

  test('when a long integer is exact as a number, then it stays a number', () => {
    expect(parseLossless('[9007199254740991, 1000000000000000]')).toEqual([9_007_199_254_740_991, 1e15]);
  });

  test('when digits stand inside of a text, then the text is not touched', () => {
    expect(parseLossless('{"text":"9223372036854775807"}')).toEqual({ text: '9223372036854775807' });
  });
});
