import { expect, test } from '@jest/globals';
import { InternalError } from '@otklik/shared';
import { checkSuccess } from './check-success.ts';

const entities = { mentions: 0, links: 0, hashtags: 0, emoji: 0 };

/** An analysis that tells of so many keywords. */
const analysis = (count: number) => {
  const keywords = Array.from({ length: count }, (_, index) => ({ keyword: 'к'.repeat(200), comments: index }));
  return { result: { comments: 0, withoutText: 0, languages: {}, entities, topStems: [], keywords }, outcome: 'complete' as const };
};

test('when a result is as large as results get, then it is taken; one without bounds fails its attempt as a fault of ours', () => {
  expect(checkSuccess('analyze', analysis(1_000))).toEqual(analysis(1_000));
  expect(() => checkSuccess('analyze', analysis(10_000))).toThrow(InternalError);
});
