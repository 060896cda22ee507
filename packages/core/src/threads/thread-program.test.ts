import { expect, test } from '@jest/globals';
import { makeThreadProgram } from './thread-program.ts';

test('when work throws, then class and place of the error come back, and never what it said', () => {
  const program = makeThreadProgram((text: string) => {
    throw new RangeError(`can't read ${text}`);
  });
  const answer = program({ input: 'what somebody wrote\n    at home', stop: new Int32Array(1) });
  expect(answer).toEqual({ failed: { error: 'RangeError', at: expect.stringMatching(/^ {4}at .*thread-program\.test/) } });
  expect(JSON.stringify(answer)).not.toMatch(/wrote|home/);
});
