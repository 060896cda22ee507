import { describe, expect, test } from '@jest/globals';
import { csvRecord, guardFormula } from './csv.ts';

describe('csvRecord', () => {
  test('when cells hold separators, quotes and line ends, then RFC 4180 is kept', () => {
    expect(csvRecord(['a', 'b,c', 'say "да"', 'two\nlines', '', null, 5, true])).toBe('a,"b,c","say ""да""","two\nlines",,,5,true\r\n');
  });
});

describe('guardFormula', () => {
  test.each(['=1+1', '+7 900', '-5', '@SUM(A1)', '\tx', '\rx', ' =1', '\u200b=1', '＝1'])(
    'when a text is %j, then it can not run',
    (text) => expect(guardFormula(text)).toBe(`'${text}`),
  );
  test.each(['', 'a=1', 'привет', '👍', '1-2', ' да'])('when a text is %j, then it is left alone', (text) =>
    expect(guardFormula(text)).toBe(text),
  );
});
