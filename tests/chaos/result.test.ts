import { expect, test } from '@jest/globals';
import { isPassed, makeResult } from './result.ts';

const made = { jobs: 12, kills: 2, seconds: 3.21, findings: [] };

test('when nothing is amiss and each kill took a job from a worker, then the run has passed, and its line has these keys in this order', () => {
  const result = makeResult(made);
  expect(JSON.stringify(result)).toBe('{"jobs":12,"kills":2,"lost":0,"duplicated":0,"stuck":0,"seconds":3.2}');
  expect(isPassed(result, { kills: 2 })).toBe(true);
});

test('when there were fewer kills than asked for, then it has not', () => {
  expect(isPassed(makeResult(made), { kills: 3 })).toBe(false);
});

test.each(['lost', 'duplicated', 'stuck'] as const)('when one thing is %s, then it has not', (line) => {
  const result = makeResult({ ...made, findings: [{ line, what: 'odd' }] });
  expect(result[line]).toBe(1);
  expect(isPassed(result, { kills: 2 })).toBe(false);
});
